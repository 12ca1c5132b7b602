using System.Security.Cryptography;
using CsCheck;
using LocalAgent.Backups;
using VaultKit.Vault;

namespace LocalAgent.Tests.Backups;

public class SealTests
{
    const string Passphrase = "a passphrase of some length";
    const int Chunk = Seal.ChunkLength + Seal.TagLength;

    static byte[] Sealed(byte[] plain, int piece = 10_000)
    {
        var to = new MemoryStream();
        using (var sealing = Seal.Begin(to, Passphrase, iterations: 1))
        {
            for (var at = 0; at < plain.Length; at += piece) sealing.Write(plain.AsSpan(at, Math.Min(piece, plain.Length - at)));
            sealing.Finish();
        }
        return to.ToArray();
    }

    static byte[] Opened(byte[] octets, string passphrase = Passphrase)
    {
        using var stream = Seal.Open(new MemoryStream(octets), passphrase);
        var to = new MemoryStream();
        stream.CopyTo(to);
        return to.ToArray();
    }

    static int HeadOf(byte[] octets, int plain) => octets.Length - plain - (plain == 0 ? 1 : (plain + Seal.ChunkLength - 1) / Seal.ChunkLength) * Seal.TagLength;

    static byte[] Some(int length) => RandomNumberGenerator.GetBytes(length);

    [Test]
    [Arguments(0), Arguments(1), Arguments(Seal.ChunkLength - 1), Arguments(Seal.ChunkLength), Arguments(Seal.ChunkLength + 1), Arguments(2 * Seal.ChunkLength), Arguments(300_000)]
    public async Task What_was_sealed_comes_out_as_it_was(int length)
    {
        var plain = Some(length);
        foreach (var piece in new[] { 1_000, Seal.ChunkLength, 1 << 20 }) await Assert.That(Opened(Sealed(plain, piece)).AsSpan().SequenceEqual(plain)).IsTrue();
    }

    [Test]
    public async Task Another_passphrase_opens_nothing()
    {
        var refusal = await Assert.That(() => Opened(Sealed(Some(100)), "a passphrase of some Length")).Throws<Refusal>();
        await Assert.That(refusal!.Code).IsEqualTo(ExitCode.Credential);
    }

    [Test]
    public void Any_octet_that_is_changed_and_any_cut_is_noticed()
    {
        var octets = Sealed(Some(200_000));
        Gen.Select(Gen.Int[0, octets.Length - 1], Gen.Int[0, 7]).Sample((at, bit) =>
        {
            var changed = (byte[])octets.Clone();
            changed[at] ^= (byte)(1 << bit);
            return (at is 19 or 20 || Refuses(changed)) && Refuses(octets[..at]);
        }, iter: 60);
    }

    // The iterations stand in the head: a bit more in them, and the test would take its time.
    static bool Refuses(byte[] octets)
    {
        octets = (byte[])octets.Clone();
        if (octets.Length > 23) (octets[19], octets[20]) = (0, 0);
        try { Opened(octets); return false; }
        catch (Refusal) { return true; }
    }

    [Test]
    public async Task Chunks_that_are_cut_off_swapped_repeated_or_added_are_noticed()
    {
        const int length = 3 * Seal.ChunkLength;
        var octets = Sealed(Some(length));
        var head = HeadOf(octets, length);
        byte[] Part(int from, int to) => octets[(head + from * Chunk)..(head + to * Chunk)];
        byte[] With(params byte[][] parts) => [.. octets[..head], .. parts.SelectMany(p => p)];
        await Assert.That((await Assert.That(() => Opened(With(Part(0, 2)))).Throws<Refusal>())!.Message).Contains("its end is missing");
        await Assert.That((await Assert.That(() => Opened(With(Part(0, 3), Part(2, 3)))).Throws<Refusal>())!.Message).Contains("something was added");
        await Assert.That(() => Opened(With(Part(1, 2), Part(0, 1), Part(2, 3)))).Throws<Refusal>();
        await Assert.That(() => Opened(With(Part(0, 1), Part(0, 3)))).Throws<Refusal>();
        await Assert.That(() => Opened(With(Part(0, 1), Part(2, 3)))).Throws<Refusal>();
        await Assert.That(() => Opened(With())).Throws<Refusal>();
        await Assert.That(() => Opened([.. octets, 0])).Throws<Refusal>();
        // Of two files with one passphrase, too.
        var other = Sealed(Some(length));
        await Assert.That(() => Opened([.. octets[..(head + Chunk)], .. other[(head + Chunk)..]])).Throws<Refusal>();
    }

    [Test]
    public async Task Nothing_is_whole_that_was_not_finished()
    {
        var to = new MemoryStream();
        using (var sealing = Seal.Begin(to, Passphrase, iterations: 1)) sealing.Write(Some(Seal.ChunkLength * 2 + 5));
        await Assert.That(() => Opened(to.ToArray())).Throws<Refusal>();
    }

    [Test]
    public async Task The_key_costs_what_is_recommended()
    {
        var to = new MemoryStream();
        using (var sealing = Seal.Begin(to, Passphrase)) sealing.Finish();
        // OWASP's Password Storage Cheat Sheet: PBKDF2-HMAC-SHA256 with 600,000 iterations.
        await Assert.That(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(to.ToArray().AsSpan(Seal.Magic.Length))).IsEqualTo(600_000u);
    }
}
