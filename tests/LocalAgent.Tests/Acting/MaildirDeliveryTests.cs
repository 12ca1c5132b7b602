using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

public class MaildirDeliveryTests
{
    [Test]
    public async Task One_file_for_one_intent_however_often_it_is_delivered()
    {
        using var v = new TestVault();
        var path = Path.Combine(v.Root, "outbox");
        var delivery = new MaildirDelivery(path, null, "owner@here.example");
        var prepared = SmtpDeliveryTests.Prepare(TestVault.Mail());
        // Where there is no maildir at all, perhaps for want of a mount, its emptiness proves nothing.
        await Assert.That(await delivery.FindAsync(prepared.Intent, CancellationToken.None)).IsTypeOf<Sighting.CannotTell>();
        foreach (var folder in new[] { "tmp", "new", "cur" }) Directory.CreateDirectory(Path.Combine(path, folder));
        await Assert.That(await delivery.FindAsync(prepared.Intent, CancellationToken.None)).IsTypeOf<Sighting.ProvablyAbsent>();
        await Assert.That(await delivery.DeliverAsync(prepared, CancellationToken.None)).IsTypeOf<Outcome.Accepted>();
        await Assert.That(await delivery.DeliverAsync(prepared, CancellationToken.None)).IsTypeOf<Outcome.Accepted>();
        var file = Directory.GetFiles(Path.Combine(path, "new")).Single();
        await Assert.That(File.ReadAllBytes(file).AsSpan().SequenceEqual(prepared.Bytes)).IsTrue();
        await Assert.That(Directory.GetFiles(Path.Combine(path, "tmp"))).IsEmpty();

        File.Move(file, Path.Combine(path, "cur", Path.GetFileName(file) + ":2,S"));
        await Assert.That(await delivery.FindAsync(prepared.Intent, CancellationToken.None)).IsTypeOf<Sighting.Found>();
        await Assert.That(await delivery.DeliverAsync(prepared, CancellationToken.None)).IsTypeOf<Outcome.Accepted>();
        await Assert.That(Directory.GetFiles(Path.Combine(path, "new"))).IsEmpty();
    }

    [Test]
    public async Task A_maildir_that_cannot_be_written_is_not_offered()
    {
        using var v = new TestVault();
        File.WriteAllText(Path.Combine(v.Root, "file"), "");
        var outcome = await new MaildirDelivery(Path.Combine(v.Root, "file"), null, "owner@here.example").DeliverAsync(SmtpDeliveryTests.Prepare(TestVault.Mail()), CancellationToken.None);
        await Assert.That(outcome).IsTypeOf<Outcome.NotOffered>();
    }

    /// <summary>The power goes when everything is ready and the mail is not there yet.</summary>
    sealed class CutBeforeDelivery(IDelivery inner) : IDelivery
    {
        public string Kind => inner.Kind;
        public string MintId(TypedAction action) => inner.MintId(action);
        public Prepared Prepare(TypedAction action, Intent intent) => inner.Prepare(action, intent);
        public void MakeReady() => inner.MakeReady();
        public Task<Outcome> DeliverAsync(Prepared prepared, CancellationToken cancel) => throw new PowerCut();
        public Task<Sighting> FindAsync(Intent intent, CancellationToken cancel) => inner.FindAsync(intent, cancel);
        public Task<string?> AfterAsync(Prepared prepared, CancellationToken cancel) => inner.AfterAsync(prepared, cancel);
    }

    [Test]
    public async Task A_power_cut_before_the_very_first_mail_needs_nobody()
    {
        using var v = new TestVault();
        var path = Path.Combine(v.Root, "outbox");
        var entry = v.PutApproved();
        var maildir = new MaildirDelivery(path, null, "owner@here.example");
        await Assert.That(async () => await v.Fence(new CutBeforeDelivery(maildir)).RunAsync(CancellationToken.None)).Throws<PowerCut>();
        v.Clock.Now += Fence.Settling + TimeSpan.FromSeconds(1);
        await v.Fence(maildir).RunAsync(CancellationToken.None);
        await Assert.That(Directory.GetFiles(Path.Combine(path, "new")).Length).IsEqualTo(1);
        await Assert.That(v.Where(entry).Place.Folder).IsEqualTo("Done/2026-10");
    }

    [Test]
    public async Task The_whole_way_into_a_maildir()
    {
        using var v = new TestVault();
        var path = Path.Combine(v.Root, "outbox");
        var entry = v.PutApproved();
        var deliveries = Deliveries.From([TestVault.Outbox with { Target = new OutboxTarget.Maildir(path) }], _ => "", v.State, shadow: false);
        await v.Fence(deliveries(TestVault.Mail())!).RunAsync(CancellationToken.None);
        await Assert.That(Directory.GetFiles(Path.Combine(path, "new")).Length).IsEqualTo(1);
        await Assert.That(v.Where(entry).Place.Folder).IsEqualTo("Done/2026-10");
        await Assert.That(deliveries(TestVault.Mail() with { Account = "other" })).IsNull();
    }
}
