using LibGit2Sharp;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>One step of a program: it reads mail, claims, drafts, acts. It makes the table's moves only, claims and frees with the shipped code, and takes its claim for confirmed when the shipped code does.</summary>
sealed class SimAgent(SimWorld world, SimMachine machine)
{
    readonly AgentId self = machine.Id;

    public void Step()
    {
        if (world.Odds(5)) { ReadMail(); return; }
        if (world.Odds(12)) { Log(); return; }
        var work = machine.Files.Keys.Where(p => Place.FromPath(p) is { } t && (t.Place.Stage == Stage.NeedsAction || t.Place == Place.InProgress(self) || (t.Place.Stage == Stage.Approved && self.Zone == Zone.Local)))
            .Order(StringComparer.Ordinal).ToList();
        if (work.Count == 0) return;
        var path = world.Any(work);
        var (place, name) = Place.FromPath(path)!.Value;
        var task = world.Tasks.Task(machine.Files[path]);
        if (place.Stage == Stage.NeedsAction) Claim(path, name, task.Without(Approval.Key));
        else if (place.Stage == Stage.Approved) Begin(path, name, task);
        else if (task.Get(Approval.Key) is { } word) Act(path, name, task, word);
        else Work(path, name, task);
    }

    void ReadMail()
    {
        // Few mails, so that two agents read the same one now and then; its bytes are the same for whoever reads it.
        var number = (world.Long ? (int)(world.Now - new DateTimeOffset(2026, 9, 28, 0, 0, 0, TimeSpan.Zero)).TotalDays / 8 * 3 : 0) + world.Random.Next(6);
        var name = Rig.Name($"mail {number}");
        // What the owner deleted an instant ago, and what has not settled, is not read for the first time in that very instant.
        if (!machine.Mails.Add(name) || machine.Files.Keys.Any(p => SimCommit.IsOf(p, name)) || machine.At.Find(name).Count > 0 || IsArchived(name)) return;
        world.Mails.Add(name);
        machine.Files[Place.NeedsAction("email").PathOf(name)] = world.Tasks.New($"mail {number}", new(2026, 9 + number % 3, 1 + number % 28, 8, 0, 0, TimeSpan.Zero));
        world.Say(machine, $"files {name}");
    }

    bool IsArchived(TaskName name) =>
        machine.Files.Any(f => SyncPath.IsArchive(f.Key) && ArchiveIndex.Read(world.Tasks.Read(f.Value)).Any(l => l.Path.EndsWith("/" + name.FileName, StringComparison.Ordinal)));

    void Log()
    {
        var path = $"Logs/{self}/{machine.Files.Keys.Count(p => p.StartsWith($"Logs/{self}/", StringComparison.Ordinal)) + 1:00000000}.jsonl";
        machine.Files[path] = world.Logs[path] = world.Tasks.Store($"{{\"what\":\"{world.New("segment")}\"}}\n");
        if (self.Zone == Zone.Cloud) machine.Files[$"Updates/{self}/{world.New("update")}.md"] = world.Tasks.Store("news");
    }

    void Claim(string path, TaskName name, TaskFile task)
    {
        // A crash may come between the move and the nonce.
        if (world.Odds(15)) Move(path, name, Place.InProgress(self), task);
        else Move(path, name, Place.InProgress(self), Stamped(task));
    }

    TaskFile Stamped(TaskFile task)
    {
        Free(task);
        return Claims.Stamp(task, self, machine.Now, world.New("nonce"));
    }

    TaskFile Free(TaskFile task)
    {
        if (task.Get(Claims.NonceKey) is { } nonce && task.Get(Claims.ByKey) == self.Value) world.Ended.Add(nonce);
        return Claims.Free(task);
    }

    bool IsConfirmed(string path, TaskName name, TaskFile task) => SyncCycle.Holds(machine.Seen, new Held(new(Place.InProgress(self), name), task, world.Tasks.Read(machine.Files[path])), world.Tasks.Read);

    void Work(string path, TaskName name, TaskFile task)
    {
        if (!Claims.IsOf(self, task)) { machine.Files[path] = world.Tasks.Store(Stamped(task)); return; }
        // A remote that is away keeps nobody from drafting; a race that is undecided does.
        if (machine.Online && !IsConfirmed(path, name, task)) return;
        switch (world.Random.Next(6))
        {
            case 0: Move(path, name, Place.NeedsAction("email"), Free(task)); break;
            case 1: Move(path, name, Place.Done(task.GetTime("received")!.Value), Free(task)); break;
            case 2: Move(path, name, Place.Quarantine, Free(task)); break;
            default:
                // A new draft over the old one: its words are gone, as the owner wanted who asked for it again.
                foreach (var word in (task.Draft ?? "").Split(' ')) world.Owed.Remove(word);
                Move(path, name, Place.Pending("email"), Free(task).WithDraft(world.New("draft")));
                break;
        }
    }

    void Begin(string path, TaskName name, TaskFile task)
    {
        if (task.Get(Approval.Key) is null)
        {
            if (!machine.Yes.Contains((name, task.Draft))) throw world.Broken($"{self} would sign {path}, which its owner did not approve");
            machine.Files[path] = world.Tasks.Store(new SimOwner(world, machine).Signed(name, task));
        }
        else if (world.IsApproved(machine, name, task.ToBytes())) Move(path, name, Place.InProgress(self), Stamped(task).With("phase", "claimed"));
        else Move(path, name, Place.Pending("email"), task.Without(Approval.Key));
    }

    void Act(string path, TaskName name, TaskFile task, string word)
    {
        if (!machine.Spent.Contains(word))
        {
            if (!world.IsApproved(machine, name, task.ToBytes())) { Move(path, name, Place.Pending("email"), Free(task).Without(Approval.Key, "phase")); return; }
            // The fence: nothing goes out before the claim is in the tip.
            if (!IsConfirmed(path, name, task)) return;
            if (!world.SaidYes(name, task) || machine.Now >= world.Said[word].Until) throw world.Broken($"{self} carries out {path}, to which the owner did not say yes, or too long ago");
            machine.Spent.Add(word);
            world.Acted[word] = world.Acted.GetValueOrDefault(word) + 1;
            world.Say(machine, $"carries out {word} of {name}");
            if (world.Odds(10)) return; // a crash before the file says so
        }
        Move(path, name, Place.Done(task.GetTime("received")!.Value), Free(task));
    }

    void Move(string path, TaskName name, Place to, TaskFile task)
    {
        if (!Moves.Allowed(self, Place.FromPath(path)!.Value.Place, to)) throw world.Broken($"{self} may not move {path} to {to}");
        if (!machine.Files.TryAdd(to.PathOf(name), world.Tasks.Store(task))) return;
        machine.Files.Remove(path);
        world.Say(machine, $"moves {path} to {to} {task.Get(Claims.NonceKey)}");
    }
}
