using VaultKit.Agent;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

public class OverviewTests
{
    static TaskFile Drafted(TaskFile task, string body, string answer = "drafted") =>
        new MailSend { Account = "main", From = "jo@holz.example", To = ["anna@mail.example"], Subject = "Re: x", Body = body }.Write(task).With("answer", answer).With("why", "1 question");

    [Test]
    public async Task Each_task_says_what_the_owner_has_to_do_about_it_and_what_needs_him_comes_first()
    {
        using var shop = new Workshop();
        var mine = Place.InProgress(shop.Vault.Agent);
        shop.Put(Place.NeedsAction("email"), "new");
        shop.Put(mine, "working", t => new Claims(shop.Vault, shop.Clock).Stamp(t));
        shop.Put(mine, "stale", t => t.With(Claims.LeaseKey, shop.Clock.Now - TimeSpan.FromDays(1)));
        shop.Put(mine, "unknown", t => t.With("phase", "unknown"));
        shop.Put(Place.Pending("email"), "ready", t => Drafted(t, "Yes."));
        shop.Put(Place.Pending("email"), "blank", t => Drafted(t, "It costs {{price}}."));
        shop.Put(Place.Pending("email"), "yours", t => Drafted(t, "", "yours"));
        shop.Put(Place.Pending("email"), "back", t => Drafted(t, "Yes.").With("returned", "refused: 550 \u001bno such user"));
        shop.Put(Place.Approved("email"), "approved", t => Drafted(t, "Yes."));
        shop.Put(Place.Quarantine, "odd");
        shop.PutRaw(Place.Pending("email"), "broken", "no task");

        var rows = Overview.Open(shop.Vault, shop.Clock).ToDictionary(r => r.Id[..r.Id.LastIndexOf('-')]);
        var stand = rows.ToDictionary(r => r.Key, r => r.Value.Standing);
        await Assert.That(stand["new"]).IsEqualTo(Standing.New);
        await Assert.That(stand["working"]).IsEqualTo(Standing.Working);
        await Assert.That(rows["working"].Note).IsEqualTo($"held by {shop.Vault.Agent}");
        await Assert.That(rows["stale"].Note).Contains("looks stale");
        await Assert.That(stand["unknown"]).IsEqualTo(Standing.Unknown);
        await Assert.That(stand["ready"]).IsEqualTo(Standing.Ready);
        await Assert.That(rows["ready"].Digest!.Length).IsEqualTo(64);
        await Assert.That(stand["blank"]).IsEqualTo(Standing.Blank);
        await Assert.That(rows["blank"].Note).Contains("price");
        await Assert.That(stand["yours"]).IsEqualTo(Standing.Yours);
        await Assert.That((stand["back"], rows["back"].Note)).IsEqualTo((Standing.Ready, "came back: refused: 550 \ufffdno such user"));
        await Assert.That(stand["approved"]).IsEqualTo(Standing.Approved);
        await Assert.That(stand["odd"]).IsEqualTo(Standing.Bad);
        await Assert.That((stand["broken"], rows["broken"].Note.Contains("front matter"))).IsEqualTo((Standing.Bad, true));

        var order = Overview.Open(shop.Vault, shop.Clock).Select(r => r.Standing).ToList();
        await Assert.That(order[0]).IsEqualTo(Standing.Unknown);
        await Assert.That(order).IsInOrder();
    }

    [Test]
    public async Task What_is_over_says_how_it_ended()
    {
        using var shop = new Workshop();
        var rejected = Overview.Row(shop.Vault, shop.Put(Place.Rejected("email"), "no", t => t.With("rejected_reason", "too dear")), shop.Clock);
        var done = Overview.Row(shop.Vault, shop.Put(Place.Done(shop.Clock.Now), "sent", t => t.With("server_reply", "250 ok")), shop.Clock);
        await Assert.That((rejected.Standing, rejected.Note)).IsEqualTo((Standing.Rejected, "too dear"));
        await Assert.That((done.Standing, done.Note)).IsEqualTo((Standing.Done, "250 ok"));
        await Assert.That(Overview.Open(shop.Vault, shop.Clock)).IsEmpty();
    }

    [Test]
    public async Task Status_counts_the_folders_and_tells_why_something_is_in_quarantine()
    {
        using var shop = new Workshop();
        shop.PutRaw(Place.NeedsAction("email"), "bad", "---\na: [1\n---\n");
        File.WriteAllText(shop.Vault.FullPath("Quarantine/a stranger's.md"), "x");
        shop.Arrives("1.eml", shop.Mail());
        await shop.RunAsync();
        var status = StatusReport.Of(shop.Machine);
        await Assert.That((status.Stages["Pending_Approval"], status.Stages["Quarantine"], status.Stages["Needs_Action"])).IsEqualTo((1, 1, 0));
        await Assert.That(status.Bad.Count).IsEqualTo(2);
        await Assert.That(status.Bad.Single(r => r.Path.Contains("bad-")).Note).Contains("YAML").And.Contains("Needs_Action/email/bad-");
        await Assert.That(status.Bad.Single(r => r.Path.Contains("stranger")).Note).IsEqualTo("in quarantine");
        await Assert.That(status.ToJson()).Contains("\"Pending_Approval\": 1");
    }
}
