using LibGit2Sharp;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>The owner at one of his machines: edits, decides, moves, deletes, releases, archives, by hand or by command, at any time.</summary>
sealed class SimOwner(SimWorld world, SimMachine machine)
{
    static readonly TimeSpan Life = TimeSpan.FromDays(7);

    public void Act()
    {
        switch (world.Random.Next(30))
        {
            case 0: Archive(); return;
            case 1 when world.OneOwner: machine.Files[VaultFolder.HandbookFile] = world.Handbook = world.Tasks.Store(world.New("handbook")); return;
            case 2 or 3: Write(); return;
            case 4: ClearAway(); return;
            case 5 when world.Long && world.Odds(20): LoseEverything(); return;
        }
        var tasks = machine.Files.Keys.Where(p => Place.FromPath(p) is { Place.Stage: not Stage.Done }).Order(StringComparer.Ordinal).ToList();
        if (tasks.Count == 0) return;
        var path = world.Any(tasks);
        var (place, name) = Place.FromPath(path)!.Value;
        var task = world.Tasks.Task(machine.Files[path]);
        if (place.Stage is Stage.NeedsAction or Stage.InProgress or Stage.PendingApproval && world.Odds(3)) Edit(path, place, task);
        else if (world.Odds(10)) Delete(path);
        else if (place.Stage == Stage.InProgress) Release(path, place, name, task);
        else Decide(path, place, name, task);
    }

    void Edit(string path, Place place, TaskFile task)
    {
        var edit = world.New("edit");
        var part = world.Random.Next(place.Stage == Stage.PendingApproval ? 0 : 1, 3);
        if (part < 2) world.Owed.Add(edit); // of a key that two changed one value stands; its other value is in history
        machine.Files[path] = world.Tasks.Store(part switch
        {
            0 => task.WithDraft($"{task.Draft} {edit}"),
            1 => SimTasks.WithNotes(task, edit),
            _ => task.With("mark", edit),
        });
        world.Say(machine, $"edits {path}: {edit}");
    }

    public TaskFile Signed(TaskName name, TaskFile task)
    {
        var word = world.New("approval");
        world.Said[word] = (name, task.Draft, machine.Now + Life);
        world.Approvals[word] = new()
        {
            Task = name.Value, Action = MailSend.KindName, Digest = TypedAction.Read(task)!.Digest(), Account = "main", Approver = "owner", At = machine.Now, Expires = machine.Now + Life, Nonce = word,
        };
        return task.With(Approval.Key, word);
    }

    void Decide(string path, Place place, TaskName name, TaskFile task)
    {
        var targets = Moves.Table.Where(m => m.From == place.Stage && m.To is not Stage.InProgress and not Stage.Done).Select(m => new Place(m.To, m.To == Stage.Quarantine ? "" : "email"))
            .Where(to => Moves.Allowed(machine.Id, place, to)).Distinct().ToList();
        if (place.Stage is Stage.Quarantine or Stage.PendingApproval) targets.Add(Place.Done(machine.Now));
        if (targets.Count == 0) return;
        var to = world.Any(targets);
        if (to.Stage != Stage.Approved) { Move(path, name, to, task.Without(Approval.Key)); return; }
        if (world.Odds(3))
        {
            machine.Yes.Add((name, task.Draft));
            Move(path, name, to, task);
            return;
        }
        task = Signed(name, task);
        if (world.Odds(10)) machine.Files[path] = world.Tasks.Store(task); // a crash before the move
        else Move(path, name, to, task);
    }

    /// <summary>A lease only makes a claim look stale: it is the owner who frees it. Never what was approved.</summary>
    void Release(string path, Place place, TaskName name, TaskFile task)
    {
        if (place == Place.InProgress(machine.Id) || task.Has(Approval.Key) || task.Has("phase")) return;
        if (task.GetTime(Claims.LeaseKey) > machine.Now && !world.Odds(3)) return;
        world.Ended.Add(task.Get(Claims.NonceKey) ?? "");
        task = Claims.Free(task).With(ClaimRelease.Key, world.New("released"));
        if (world.Odds(10)) machine.Files[path] = world.Tasks.Store(task); // a crash before the move
        else Move(path, name, Place.NeedsAction("email"), task);
    }

    void Delete(string path)
    {
        // What was never committed is gone with it.
        var committed = machine.At.Blob(path) is { } blob ? world.Tasks.Words(blob).ToHashSet() : [];
        var elsewhere = machine.Files.Where(f => f.Key != path && f.Key.EndsWith(Place.FromPath(path)!.Value.Name.FileName, StringComparison.Ordinal)).SelectMany(f => world.Tasks.Words(f.Value)).ToHashSet();
        foreach (var word in world.Tasks.Words(machine.Files[path]))
            if (!committed.Contains(word) && !elsewhere.Contains(word)) world.Owed.Remove(word);
        if (machine.At.Find(Place.FromPath(path)!.Value.Name).Count == 0 && machine.Main.Find(Place.FromPath(path)!.Value.Name).Count == 0) return; // of what no commit holds nobody could know
        // Deleting another's claim and leaving a copy of the task elsewhere is moving it there.
        if (machine.Files.Keys.Any(p => p != path && SimCommit.IsOf(p, Place.FromPath(path)!.Value.Name))) world.Ended.Add(world.Tasks.Task(machine.Files[path]).Get(Claims.NonceKey) ?? "");
        machine.Files.Remove(path);
        world.Say(machine, $"deletes {path}");
    }

    void Move(string path, TaskName name, Place to, TaskFile task)
    {
        if (!machine.Files.TryAdd(to.PathOf(name), world.Tasks.Store(task))) return;
        machine.Files.Remove(path);
        world.Say(machine, $"moves by hand {path} to {to}");
    }

    void Write()
    {
        string[] paths = ["Briefings/Weekly.md", "Plans/email/plan.md", "Plans/email/Plan.md"];
        var path = world.Any(paths);
        if (!machine.Files.Keys.Any(p => p != path && string.Equals(p, path, StringComparison.OrdinalIgnoreCase))) machine.Files[path] = world.Tasks.Store(world.New("text"));
    }

    /// <summary>Kept versions that were read, news that is on the Dashboard, old plans.</summary>
    void ClearAway()
    {
        foreach (var path in machine.Files.Keys.Where(SyncPath.MayVanish).Where(_ => world.Odds(2)).ToList())
        {
            if (SyncPath.IsKept(path))
                foreach (var word in world.Tasks.Words(machine.Files[path])) world.Owed.Remove(word);
            machine.Files.Remove(path);
            world.Say(machine, $"clears away {path}");
        }
    }

    /// <summary>The folder was emptied by mistake, or not mounted.</summary>
    void LoseEverything()
    {
        foreach (var (path, blob) in machine.Files.ToList())
            if (Place.FromPath(path) is not null && machine.At.Blob(path) == blob) machine.Files.Remove(path);
        world.Say(machine, "loses everything");
    }

    void Archive()
    {
        var month = Place.Done(machine.Now).Below;
        var over = machine.Files.Where(f => Place.FromPath(f.Key) is { Place.Stage: Stage.Done } t && string.CompareOrdinal(t.Place.Below, month) < 0 && machine.At.Blob(f.Key) == f.Value).ToList();
        if (over.Count == 0) return;
        var lines = over.Select(f => ArchiveIndex.Line(world.Tasks.Read(f.Value), f.Key));
        machine.Files[$"Archive/{world.New(month)}.md"] = world.Tasks.Store($"{new string('0', 64)}  x.zip\n{string.Join('\n', lines)}\n");
        foreach (var (path, blob) in over)
        {
            world.Archived.Add(blob);
            if (!world.Odds(10)) machine.Files.Remove(path); // a crash leaves it in both places
        }
        world.Say(machine, "archives " + string.Join(' ', over.Select(f => f.Key)));
    }
}
