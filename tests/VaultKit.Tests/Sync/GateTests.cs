using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>The judge at the remote's door, asked as git's hook asks it. The pushes are git's own.</summary>
public sealed class GateTests
{
    const string Nothing = "0000000000000000000000000000000000000000";

    static string Tip(Rig rig) => Rig.Git(rig.Remote, "rev-parse", "main").Trim();

    /// <summary>What the gate says of the remote's tip, pushed onto an older one.</summary>
    static string Judge(Rig rig, Zone pusher, string before, string name = "refs/heads/main") =>
        string.Join("; ", Gate.Judge(rig.Remote, null, pusher, [new(before, Tip(rig), name)]));

    static (Rig Rig, Machine Local, Machine Cloud) Standing()
    {
        var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        cloud.SyncWell();
        return (rig, local, cloud);
    }

    [Test]
    public async Task What_honest_agents_push_comes_in()
    {
        var (rig, local, cloud) = Standing();
        using (rig)
        {
            var (entry, before) = (cloud.New("Question"), Tip(rig));
            cloud.SyncWell();
            await Assert.That(Judge(rig, Zone.Cloud, before)).IsEqualTo("");
            var pending = cloud.Draft(entry, "Dear you");
            before = Tip(rig);
            cloud.SyncWell();
            await Assert.That(Judge(rig, Zone.Cloud, before)).IsEqualTo("");
            local.SyncWell();
            local.Vault.Move(pending, Place.Rejected("email"));
            before = Tip(rig);
            local.SyncWell();
            await Assert.That(Judge(rig, Zone.Local, before)).IsEqualTo("");
            await Assert.That(Judge(rig, Zone.Cloud, before)).Contains("only the owner's machine changes or moves");
        }
    }

    [Test]
    [Arguments("Approved", "Approved/email/{0}.md", "only")]
    [Arguments("a link", "120000 Needs_Action/email/{0}.md", "a link or another repository")]
    [Arguments("the handbook", "Company_Handbook.md", "only the owner's machine changes it")]
    [Arguments("another's log", "Logs/local-zzzzzz/2026-11/2026-11-01T000000Z.jsonl", "only the owner's machine writes it")]
    [Arguments("another's update", "Updates/local-zzzzzz/now.md", "only the owner's machine writes it")]
    [Arguments("no path of the vault", "x/y", "not a path that the vault knows")]
    public async Task What_the_cloud_may_not_bring_stays_outside(string what, string path, string why)
    {
        var (rig, local, _) = Standing();
        using (rig)
        {
            local.Write("Company_Handbook.md", "the owner's words");
            local.SyncWell();
            var (parts, before) = (string.Format(path, Rig.Name("Question").Value).Split(' '), Tip(rig));
            rig.Plant(what, fromNothing: false, (parts.Length > 1 ? parts[0] : "100644", parts[^1], parts.Length > 1 ? "/etc/passwd" : Rig.Task("Question").ToString()));
            await Assert.That(Judge(rig, Zone.Cloud, before)).Contains(why == "only" ? "Approved" : why);
        }
    }

    [Test]
    public async Task Nothing_vanishes_and_history_goes_on()
    {
        var (rig, _, cloud) = Standing();
        using (rig)
        {
            var entry = cloud.New("Question");
            cloud.SyncWell();
            var before = Tip(rig);
            rig.Plant("gone", fromNothing: false, ("0", entry.Path, ""));
            await Assert.That(Judge(rig, Zone.Cloud, before)).Contains("nobody may remove it");
            await Assert.That(Judge(rig, Zone.Cloud, before, "refs/heads/other")).Contains("refs/heads/main alone");
            await Assert.That(Gate.Judge(rig.Remote, null, Zone.Local, [new(before, Nothing, "refs/heads/main")]).Single()).Contains("can't be removed");
            await Assert.That(Gate.Judge(rig.Remote, null, Zone.Cloud, [new(Nothing, before, "refs/heads/main")]).Single()).Contains("only the owner's machine begins");
            await Assert.That(Gate.Judge(rig.Remote, null, Zone.Local, [new(Tip(rig), before, "refs/heads/main")]).Single()).Contains("history is not rewritten");
        }
    }

    [Test]
    public async Task A_release_in_the_owner_s_name_does_not_come_from_the_cloud()
    {
        var (rig, _, _) = Standing();
        using (rig)
        {
            var before = Tip(rig);
            rig.Plant("forged", fromNothing: false, ("100644", $"Needs_Action/email/{Rig.Name("Question").FileName}", Rig.Task("Question").With("released", "v1.forged").ToString()));
            await Assert.That(Judge(rig, Zone.Cloud, before)).Contains("the owner released it");
        }
    }

    [Test]
    [Arguments("")]
    [Arguments("0 1 refs/heads/main")]
    [Arguments("0000000000000000000000000000000000000000 refs/heads/main")]
    public async Task What_git_would_not_say_is_no_reference(string line) => await Assert.That(PushedReference.TryParse(line, out _)).IsFalse();
}
