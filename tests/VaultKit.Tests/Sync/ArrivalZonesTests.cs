using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>Somebody who can push, but holds no key of the owner's, makes every move that there is.</summary>
public sealed class ArrivalZonesTests
{
    const string New = "nowhere", Cloud = "In_Progress/cloud-aaaaaa", Other = "In_Progress/cloud-bbbbbb", Local = "In_Progress/local-bbbbbb";

    static readonly string[] Places = ["Needs_Action/email", Cloud, Other, Local, "Pending_Approval/email", "Approved/email", "Rejected/email", "Done/2026-11", "Quarantine"];
    static readonly string[] OfTheCloud = [New, "Needs_Action/email", Cloud, Other], WithinItsReach = ["Needs_Action/email", Cloud, Other, "Pending_Approval/email", "Done/2026-11", "Quarantine"];

    [Test]
    public async Task Every_move_and_every_edit_is_judged_by_the_table()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        var cells = Places.Prepend(New).SelectMany(_ => Places, (from, to) => (From: from, To: to, Name: Rig.Name($"{from} to {to}"))).ToList();
        foreach (var (from, _, name) in cells.Where(c => c.From != New)) local.Write($"{from}/{name.FileName}", Content(from, name, ""));
        local.SyncWell();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        rig.Plant("moves", fromNothing: false, [.. cells.SelectMany(c => new[]
        {
            (c.From == New || c.From == c.To ? "" : "0", $"{c.From}/{c.Name.FileName}", ""),
            ("100644", $"{c.To}/{c.Name.FileName}", Content(c.To, c.Name, c.From == c.To ? "edited" : "")),
        }.Where(e => e.Item1.Length > 0))]);

        var report = local.SyncWell();
        var wrong = cells.Select(c => (Cell: c, Is: Where(local, c.Name), ShouldBe: Expected(c.From, c.To))).Where(c => c.Is != c.ShouldBe).Select(c => $"{c.Cell.From} to {c.Cell.To}: {c.Is}").ToList();
        await Assert.That(string.Join("; ", wrong)).IsEqualTo("");
        // Each that was refused is told of, once.
        var refused = cells.Where(c => Expected(c.From, c.To) != (c.From == c.To ? c.To + " edited" : c.To)).Select(c => $"{c.To}/{c.Name.FileName}").Order(StringComparer.Ordinal);
        await Assert.That(string.Join('\n', report.Findings.Where(f => f.Refused).Select(f => f.Path).Order(StringComparer.Ordinal))).IsEqualTo(string.Join('\n', refused));
        for (var n = 0; n < 2; n++) { cloud.SyncWell(); local.SyncWell(); }
        await Assert.That(cloud.Tree()).IsEqualTo(local.Tree());
        await Assert.That(local.Tree()).IsEqualTo(rig.RemoteTree());
        rig.Fsck();
    }

    static string Expected(string from, string to)
    {
        if (from == to && OfTheCloud.Contains(from)) return to + " edited";
        if (from == New && to == "Rejected/email") return to; // as inert as Done
        if (OfTheCloud.Contains(from)) return WithinItsReach.Contains(to) ? to : to == "Approved/email" ? "Pending_Approval/email" : from;
        return from;
    }

    static string Content(string place, TaskName name, string edit)
    {
        var task = Rig.Task(name.Value, "Dear you" + edit);
        if (place == "Approved/email") task = task.With("approval", "good");
        return (edit.Length > 0 ? task.With("mark", edit) : task).ToString();
    }

    static string Where(Machine machine, TaskName name)
    {
        var there = Places.Where(p => File.Exists(machine.FullPath($"{p}/{name.FileName}"))).ToList();
        if (there.Count != 1) return there.Count == 0 ? New : string.Join(" and ", there);
        return there[0] + (File.ReadAllText(machine.FullPath($"{there[0]}/{name.FileName}")).Contains("edited") ? " edited" : "");
    }

    [Test]
    public async Task What_another_machine_of_the_owners_did_counts_whoever_brings_it()
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var pending = cloud.Draft(cloud.New("Question"), "Dear you");
        cloud.SyncWell();
        var local = rig.Machine("local", Zone.Local);
        var other = rig.Machine("other", Zone.Local);
        other.Vault.Move(pending, Place.Rejected("email"));
        other.Write("Company_Handbook.md", "the owner's");
        other.SyncWell();
        cloud.New("Another");
        cloud.SyncWell(); // its merge is the tip now
        await Assert.That(local.SyncWell().Findings).IsEmpty();
        await Assert.That(local.Find("Question")!.Value.Place).IsEqualTo(Place.Rejected("email"));
        await Assert.That(File.ReadAllText(local.FullPath("Company_Handbook.md"))).IsEqualTo("the owner's");
    }

    [Test]
    public async Task What_the_owner_took_back_elsewhere_is_not_brought_back_by_an_older_state()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        var pending = local.Draft(local.New("Question"), "Dear you");
        local.SyncWell();
        var other = rig.Machine("other", Zone.Local);
        var approved = Place.Approved("email").PathOf(pending.Name);
        var text = other.Text(pending);
        File.Delete(other.FullPath(pending.Path));
        other.Write(approved, text.Replace("\n---\n", "\napproval: good\n---\n"));
        other.SyncWell();
        var yes = Rig.Git(rig.Remote, "rev-parse", "main^{tree}").Trim();
        var (signed, word) = (Rig.Git(rig.Remote, "rev-parse", "main").Trim(), Rig.Git(rig.Remote, "log", "-1", "--format=%B", "main"));
        other.Vault.Move(other.Find("Question")!.Value, Place.Rejected("email"));
        other.SyncWell();

        // The tree of the yes again: by a commit that bears the very word that was given to it, on top of the no and beside it.
        var tip = Rig.Git(rig.Remote, "rev-parse", "main").Trim();
        foreach (var parents in (string[][])[["-p", tip], ["-p", signed, "-p", tip], ["-p", tip, "-p", signed]])
        {
            var forged = Rig.Git(rig.Remote, word, ["commit-tree", yes, .. parents]).Trim();
            Rig.Git(rig.Remote, "update-ref", "refs/heads/main", forged);
            local.Sync();
            await Assert.That(local.Find("Question")!.Value.Place).IsEqualTo(Place.Rejected("email"));
            tip = Rig.Git(rig.Remote, "rev-parse", "main").Trim();
        }
    }

    [Test]
    [Arguments("as it is", true)]
    [Arguments("another tree", false)]
    [Arguments("another parent", false)]
    [Arguments("another time", false)]
    [Arguments("another message", false)]
    [Arguments("another header", false)]
    [Arguments("another committer", false)]
    [Arguments("another word", false)]
    public async Task A_word_counts_for_the_commit_that_it_was_given_to(string what, bool counts)
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.New("one");
        local.SyncWell();
        local.New("two");
        local.SyncWell();
        var octets = Rig.Git(local.GitPath, "cat-file", "commit", "main");
        var (tree, parent) = (Rig.Git(local.GitPath, "rev-parse", "main^{tree}").Trim(), Rig.Git(local.GitPath, "rev-parse", "main^").Trim());
        var changed = what switch
        {
            "another tree" => octets.Replace(tree, Rig.Git(local.GitPath, "rev-parse", "main^^{tree}").Trim()),
            "another parent" => octets.Replace($"parent {parent}\n", ""),
            "another time" => octets.Replace(" +0000", "1 +0000"),
            "another message" => octets.Replace("\n\n", "\n\nanother "),
            "another header" => octets.Replace("\n\nemail", "\nencoding UTF-8\n\nemail"),
            "another committer" => octets.Replace("committer local-", "committer cloud-"),
            "another word" => octets.Replace("Owner: the", "Owner: The"),
            _ => octets,
        };
        await Assert.That(changed == octets).IsEqualTo(counts);
        var id = Rig.Git(local.GitPath, changed, ["hash-object", "-t", "commit", "-w", "--stdin"]).Trim();
        using var git = GitDirectory.Open(local.State, new());
        await Assert.That(OwnersWord.IsOn(git.Find(id)!, Rig.AsOwner(new()).IsOwners!)).IsEqualTo(counts);
    }

    [Test]
    public async Task Who_brings_again_and_again_what_is_refused_is_not_answered_at_once_any_more()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        var pending = local.Draft(local.New("Question"), "Dear you");
        local.SyncWell();
        for (var n = 1; ; n++)
        {
            rig.Plant("forged", fromNothing: false, ("0", pending.Path, ""), ("100644", $"Done/2026-11/{pending.Name.FileName}", local.Text(pending)));
            var report = local.Sync();
            await Assert.That(report.Pushed).IsTrue(); // what was put right is with the others all the same
            await Assert.That(report.Failure?.Kind).IsEqualTo(n < SyncMemory.MostRefused ? null : SyncFailureKind.Refused);
            if (n == SyncMemory.MostRefused) break;
        }
        await Assert.That(local.Cycle.Run(default, patient: true).Failure!.Text).Contains("may not be taken");
        rig.Plant("fine", fromNothing: false, ("100644", "Plans/email/plan.md", "a plan"));
        local.SyncWell();
    }

    [Test]
    public async Task A_release_in_the_owners_name_is_refused_unless_a_key_of_the_owners_signed_it()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local, o => o with { IsForged = (_, bytes) => !System.Text.Encoding.UTF8.GetString(bytes).Contains("released: good") });
        var entry = local.New("Question");
        var known = local.New("Released before");
        local.Vault.Rewrite(known, local.Vault.ReadBytes(known), local.Vault.Read(known).With("released", "by a key of before"));
        local.SyncWell();
        rig.Plant("forged", fromNothing: false, ("100644", entry.Path, local.Vault.Read(entry).With("released", "forged").ToString()));
        await Assert.That(local.SyncWell().Findings.Single().Why).Contains("no key of the owner's");
        rig.Plant("signed", fromNothing: false, ("100644", entry.Path, local.Vault.Read(entry).With("released", "good").ToString()),
            ("0", known.Path, ""), ("100644", $"Done/2026-11/{known.Name.FileName}", local.Text(known)));
        await Assert.That(local.SyncWell().Findings).IsEmpty();
    }

    [Test]
    public async Task Nobody_else_writes_this_machines_log()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.New("one");
        local.SyncWell();
        rig.Plant("forged", fromNothing: false, ("100644", $"Logs/{local.Agent}/00000001.jsonl", "{}\n"));
        await Assert.That(local.SyncWell().Findings.Single().Why).Contains("only this machine");
    }
}
