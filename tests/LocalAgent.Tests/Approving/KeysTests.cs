using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Tests.Approving;

/// <summary>Whose word on a commit this machine takes for the owner's.</summary>
public sealed class KeysTests
{
    const string Digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    sealed class Keys : IDisposable
    {
        readonly string root = Directory.CreateTempSubdirectory("platinum-keys-").FullName;
        public ApproverKey Own { get; }
        public TrustedKeys Trusted { get; }

        public Keys()
        {
            var state = StateDirectory.Open(Path.Combine(root, "state"), Zone.Local);
            Own = ApproverKey.Open(state);
            Trusted = new(state, Own);
        }

        public void Dispose()
        {
            Own.Dispose();
            Directory.Delete(root, recursive: true);
        }
    }

    [Test]
    public async Task A_word_is_the_owners_by_its_own_key_or_a_trusted_one()
    {
        using var desk = new Keys();
        using var laptop = new Keys();
        var word = CommitWord.Give(Digest, laptop.Own);
        await Assert.That(CommitWord.IsOwners(word, Digest, laptop.Trusted)).IsTrue();
        await Assert.That(CommitWord.IsOwners(word, Digest, desk.Trusted)).IsFalse();
        desk.Trusted.Trust(laptop.Trusted.Own, laptop.Own.Fingerprint);
        await Assert.That(CommitWord.IsOwners(word, Digest, desk.Trusted)).IsTrue();
        desk.Trusted.Revoke(laptop.Own.Fingerprint);
        await Assert.That(CommitWord.IsOwners(word, Digest, desk.Trusted)).IsFalse();
    }

    [Test]
    public async Task A_word_is_for_one_digest_by_the_key_that_it_names()
    {
        using var desk = new Keys();
        using var laptop = new Keys();
        var word = CommitWord.Give(Digest, desk.Own);
        foreach (var forged in (string[])[word[..^2], word + "A", "." + word, word[..17], "", new('x', 300), word.Replace(desk.Own.Fingerprint, laptop.Own.Fingerprint), "../../approver" + word[16..]])
            await Assert.That(CommitWord.IsOwners(forged, Digest, desk.Trusted)).IsFalse();
        await Assert.That(CommitWord.IsOwners(word, Digest.Replace('0', '1'), desk.Trusted)).IsFalse();
    }

    [Test]
    public async Task A_key_is_taken_only_with_its_own_fingerprint()
    {
        using var desk = new Keys();
        using var laptop = new Keys();
        using var stranger = new Keys();
        await Assert.That(() => desk.Trusted.Trust(stranger.Trusted.Own, laptop.Own.Fingerprint)).Throws<Refusal>();
        await Assert.That(() => desk.Trusted.Trust("no key", laptop.Own.Fingerprint)).Throws<Refusal>();
        await Assert.That(() => desk.Trusted.Trust(desk.Trusted.Own, desk.Own.Fingerprint)).Throws<Refusal>();
        await Assert.That(() => desk.Trusted.Revoke("../approver")).Throws<Refusal>();
        await Assert.That(desk.Trusted.Others).IsEmpty();
    }
}
