using System.Security.Cryptography;
using LocalAgent.Acting;
using LocalAgent.Approving;
using LocalAgent.Correspondence;
using LocalAgent.Tests.Acting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Approving;

public class ApproverTests
{
    static Place Pending => Place.Pending(Domains.Email);
    static Place Approved => Place.Approved(Domains.Email);

    [Test]
    public async Task An_approval_signs_what_was_shown()
    {
        using var v = new TestVault();
        var approved = v.PutApproved();
        await Assert.That(approved.Place).IsEqualTo(Approved);
        var approval = Approval.Verify(v.Read(approved).Get("approval")!, new TrustedKeys(v.State, v.Key).Find)!;
        await Assert.That(approval.Digest).IsEqualTo(v.Digest(approved));
        await Assert.That(approval.Approver).IsEqualTo(v.Key.Fingerprint);
    }

    [Test]
    public async Task What_was_edited_after_it_was_shown_is_not_approved()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        var shown = v.Digest(entry)[..8];
        v.EditByHand(entry, t => t.Replace("ann@there.example", "eve@there.example", StringComparison.Ordinal));
        var refusal = await Assert.That(() => v.Approver.Approve(entry, shown)).Throws<Refusal>();
        await Assert.That(refusal!.Message).Contains("is not what was shown");
        await Assert.That(v.Where(entry).Place).IsEqualTo(Pending);
        await Assert.That(v.Read(entry).Has("approval")).IsFalse();
    }

    [Test]
    [Arguments("")]
    [Arguments("abc")]
    [Arguments("0123456")]
    [Arguments("zzzzzzzz")]
    public async Task A_digest_needs_eight_digits(string digest)
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        await Assert.That(() => v.Approver.Approve(entry, digest)).Throws<Refusal>();
    }

    [Test]
    public async Task An_open_blank_is_not_approved()
    {
        using var v = new TestVault();
        var entry = v.PutPending(TestVault.Mail("It costs {{price}}."));
        var refusal = await Assert.That(() => v.Approver.Approve(entry, v.Digest(entry))).Throws<Refusal>();
        await Assert.That(refusal!.Message).Contains("blank");
    }

    [Test]
    public async Task A_moved_file_is_signed_when_it_has_lain_still()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        v.MoveByHand(entry, Approved);
        v.Clock.Now = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(1);
        var rest = v.Approver.SignMoved();
        await Assert.That(rest!.Value).IsGreaterThan(TimeSpan.Zero).And.IsLessThanOrEqualTo(TimeSpan.FromSeconds(3));
        await Assert.That(v.Read(entry).Has("approval")).IsFalse();
        v.Clock.Now += TimeSpan.FromSeconds(4);
        await Assert.That(v.Approver.SignMoved()).IsNull();
        await Assert.That(v.Read(entry).Has("approval")).IsTrue();

        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(CancellationToken.None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task A_moved_file_with_a_blank_goes_back_with_the_reason()
    {
        using var v = new TestVault();
        var entry = v.PutPending(TestVault.Mail("It costs {{price}}."));
        v.MoveByHand(entry, Approved);
        v.Clock.Now += TimeSpan.FromMinutes(1);
        v.Approver.SignMoved();
        await Assert.That(v.Where(entry).Place).IsEqualTo(Pending);
        await Assert.That(v.Read(entry).Get("returned")!).Contains("blank");
    }

    [Test]
    public async Task With_a_foreign_git_in_the_vault_a_move_approves_nothing()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        v.MoveByHand(entry, Approved);
        Directory.CreateDirectory(v.Vault.FullPath(".git"));
        v.Clock.Now += TimeSpan.FromMinutes(1);
        v.Approver.SignMoved();
        await Assert.That(v.Where(entry).Place).IsEqualTo(Pending);
        await Assert.That(v.Read(entry).Get("returned")!).Contains(".git");
    }

    [Test]
    public async Task A_moved_file_that_is_no_task_goes_back_as_it_is()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        v.EditByHand(entry, _ => "no front matter");
        v.MoveByHand(entry, Approved);
        v.Clock.Now += TimeSpan.FromMinutes(1);
        v.Approver.SignMoved();
        await Assert.That(v.Where(entry).Place).IsEqualTo(Pending);
        await Assert.That(v.Log.Any(l => l.StartsWith("returned", StringComparison.Ordinal))).IsTrue();
    }

    [Test]
    public async Task What_was_sent_and_is_moved_to_Approved_again_is_not_sent_again()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(CancellationToken.None);
        v.EditByHand(v.Where(entry), t => string.Join('\n', t.Split('\n').Where(l => !l.StartsWith("approval:", StringComparison.Ordinal))));
        v.MoveByHand(v.Where(entry), Approved);
        v.Clock.Now += TimeSpan.FromMinutes(1);
        v.Approver.SignMoved();
        await v.Fence(delivery).RunAsync(CancellationToken.None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
        await Assert.That(v.Read(entry).Get("returned")!).Contains("sent already");
    }

    [Test]
    public async Task A_rejection_takes_the_approval_and_gives_the_reason()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        v.Approver.Reject(entry, "too\ncheap");
        await Assert.That(v.Where(entry).Place.Folder).IsEqualTo("Rejected/email");
        await Assert.That(v.Read(entry).Get("rejected_reason")).IsEqualTo("too cheap");
        await Assert.That(v.Read(entry).Has("approval")).IsFalse();
    }

    [Test]
    public async Task An_edit_voids_an_approval_and_meets_no_other_edit()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        var read = v.Vault.ReadBytes(entry);
        v.Approver.ReplaceDraft(entry, read, "Dear Ann,\n\nperhaps.");
        await Assert.That(v.Read(entry).Draft).IsEqualTo("Dear Ann,\n\nperhaps.");
        await Assert.That(() => v.Approver.ReplaceDraft(entry, read, "lost update")).Throws<Refusal>();
    }

    // What an attacker who can write any file can put beside a task, and what comes of it.

    [Test]
    public async Task Edited_after_approval_comes_back()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        v.EditByHand(entry, t => t.Replace("ann@there.example", "eve@there.example", StringComparison.Ordinal));
        await ExpectReturned(v, entry, "changed after it was approved");
    }

    [Test]
    public async Task An_approval_of_another_task_comes_back()
    {
        using var v = new TestVault();
        var approval = v.Read(v.PutApproved()).Get("approval")!;
        File.Delete(v.Vault.FullPath(v.Vault.List(Stage.Approved).Single().Path));
        var other = v.Put(Approved, TestVault.Task().With("approval", approval), "other");
        await ExpectReturned(v, other, "is for the task");
    }

    [Test]
    public async Task An_approval_for_another_account_comes_back()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        v.EditByHand(entry, t => t.Replace("account: main", "account: other", StringComparison.Ordinal));
        await ExpectReturned(v, entry, "for the account main");
    }

    [Test]
    public async Task An_expired_approval_comes_back()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        v.Clock.Now += TimeSpan.FromDays(8);
        await ExpectReturned(v, entry, "expired");
    }

    [Test]
    public async Task A_forged_signature_comes_back()
    {
        using var v = new TestVault();
        using var strange = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var entry = v.PutApproved();
        var real = Approval.Verify(v.Read(entry).Get("approval")!, _ => v.Key.Key)!;
        // In the owner's name, signed by another key; and with the other key's own name.
        foreach (var forged in new[] { real.Sign(strange), (real with { Approver = Approval.Fingerprint(strange) }).Sign(strange), "v1.e30.AAAA", "yes" })
        {
            var bad = v.Put(Approved, v.Read(entry).With("approval", forged), "bad");
            await ExpectReturned(v, bad, "not signed by a key", keep: entry);
        }
    }

    static async Task ExpectReturned(TestVault v, TaskEntry entry, string why, TaskEntry? keep = null)
    {
        if (keep is { } k && v.Where(k).Place == Approved) v.Vault.Move(k, Pending);
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(CancellationToken.None);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(v.Where(entry).Place).IsEqualTo(Pending);
        await Assert.That(v.Read(entry).Get("returned")!).Contains(why);
        await Assert.That(v.Read(entry).Has("approval")).IsFalse();
    }

    [Test]
    public async Task A_key_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows()) return; // there the user's profile protects it
        using var v = new TestVault();
        var path = v.State.PathOf("keys", "approver.pem");
        await Assert.That(File.GetUnixFileMode(path)).IsEqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var refusal = await Assert.That(() => ApproverKey.Open(v.State)).Throws<Refusal>();
        await Assert.That(refusal!.Code).IsEqualTo(ExitCode.Credential);
    }

    [Test]
    public async Task A_key_is_made_once()
    {
        using var v = new TestVault();
        using var again = ApproverKey.Open(v.State);
        await Assert.That(again.Fingerprint).IsEqualTo(v.Key.Fingerprint);
    }

    [Test]
    public async Task An_enrolled_key_is_trusted_under_its_own_name_only()
    {
        using var v = new TestVault();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var fingerprint = Approval.Fingerprint(other);
        Directory.CreateDirectory(v.State.PathOf("keys", "trusted"));
        File.WriteAllText(v.State.PathOf("keys", "trusted", fingerprint + ".pem"), other.ExportSubjectPublicKeyInfoPem());
        File.WriteAllText(v.State.PathOf("keys", "trusted", "0123456789abcdef.pem"), other.ExportSubjectPublicKeyInfoPem());
        var trusted = new TrustedKeys(v.State, v.Key);
        await Assert.That(trusted.Find(fingerprint)).IsNotNull();
        await Assert.That(() => trusted.Find("0123456789abcdef")).Throws<Refusal>();
        await Assert.That(trusted.Find("../../../etc/pas")).IsNull();
    }

    static readonly Original Gone = new(OriginalState.Missing, "its original is not in your mailbox");

    [Test]
    public async Task What_nobody_has_vouched_for_needs_the_owner_s_own_word()
    {
        using var v = new TestVault { Original = (_, _) => Gone };
        var entry = v.PutPending();
        var refusal = await Assert.That(() => v.Approver.Approve(entry, v.Digest(entry)[..8])).Throws<Refusal>();
        await Assert.That(refusal!.Hint).Contains("--without-original");
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
        v.Approver.Approve(entry, v.Digest(entry)[..8], withoutOriginal: true);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Approved);
        await Assert.That(v.Log.Single(l => l.StartsWith("approved", StringComparison.Ordinal))).Contains("original=missing");
    }

    [Test]
    public async Task A_file_moved_by_hand_whose_original_is_missing_comes_back_and_one_that_can_t_be_looked_up_waits()
    {
        using var v = new TestVault { Original = (_, _) => new(OriginalState.Unreachable, "no answer") };
        var entry = v.PutPending();
        v.MoveByHand(entry, Place.Approved("email"));
        v.Clock.Now += TimeSpan.FromMinutes(1);
        v.Approver.SignMoved();
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Approved);
        await Assert.That(v.Read(entry).Has(Approval.Key)).IsFalse();
        v.Original = (_, _) => Gone;
        v.Approver.SignMoved();
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
        await Assert.That(v.Read(entry).Get(Approver.ReturnedKey)).Contains("not in your mailbox");
    }
}
