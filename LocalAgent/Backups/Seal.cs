using System.Buffers.Binary;
using System.Security.Cryptography;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <summary>
/// A stream under a passphrase: AES-256-GCM in chunks of 64 KiB by the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
/// Misuse-Resistance, 2015). Each chunk's nonce is the file's prefix, the chunk's number and whether it is the last: none can be cut off, put elsewhere, repeated or added unseen.
/// <para>
/// The file: magic, iterations (4 octets, big-endian), salt (16), prefix (7), then the chunks, each with its tag of 16 behind it; this head is authenticated with every chunk. The key is
/// PBKDF2-HMAC-SHA256 of the passphrase (RFC 8018), with as many iterations as OWASP's Password Storage Cheat Sheet asks for.
/// </para>
/// </summary>
static class Seal
{
    public const int ChunkLength = 64 * 1024, TagLength = 16, LeastPassphrase = 12;

    const int Iterations = 600_000, MostIterations = 20_000_000, SaltLength = 16, PrefixLength = 7, KeyLength = 32;

    public static ReadOnlySpan<byte> Magic => "platinum-backup v1\n"u8;

    static int HeadLength => Magic.Length + 4 + SaltLength + PrefixLength;

    /// <summary>What is written into it is sealed and goes on. It is whole once <see cref="Sealing.Finish"/> has returned, and not otherwise.</summary>
    public static Sealing Begin(Stream to, string passphrase, int iterations = Iterations)
    {
        var head = new byte[HeadLength];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(Magic.Length), (uint)iterations);
        RandomNumberGenerator.Fill(head.AsSpan(Magic.Length + 4));
        to.Write(head);
        return new(to, new(head, passphrase));
    }

    /// <summary>What was sealed. Nothing is given out that was not authenticated; what is missing at the end is told by an exception, never by an early end.</summary>
    /// <exception cref="Refusal">The head is damaged.</exception>
    public static Stream Open(Stream from, string passphrase)
    {
        var head = new byte[HeadLength];
        if (from.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head.AsSpan().StartsWith(Magic)) throw Damaged("it is cut off within its head");
        if (BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(Magic.Length)) is 0 or > MostIterations) throw Damaged("its head is damaged");
        return new Opening(from, new(head, passphrase));
    }

    static Refusal Damaged(string why) => new(ExitCode.Failed, $"the backup can't be read: {why}", "take another one, or another copy of this one");

    internal sealed class Chunks(byte[] head, string passphrase) : IDisposable
    {
        readonly AesGcm cipher = new(Rfc2898DeriveBytes.Pbkdf2(passphrase, head.AsSpan(Magic.Length + 4, SaltLength), (int)BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(Magic.Length)), HashAlgorithmName.SHA256, KeyLength), TagLength);

        byte[] Nonce(uint number, bool last)
        {
            var nonce = new byte[12];
            head.AsSpan(head.Length - PrefixLength).CopyTo(nonce);
            BinaryPrimitives.WriteUInt32BigEndian(nonce.AsSpan(PrefixLength), number);
            nonce[^1] = last ? (byte)1 : (byte)0;
            return nonce;
        }

        public void Close(uint number, bool last, ReadOnlySpan<byte> plain, Span<byte> closed) =>
            cipher.Encrypt(Nonce(number, last), plain, closed[..plain.Length], closed[plain.Length..], head);

        public bool TryOpen(uint number, bool last, ReadOnlySpan<byte> closed, Span<byte> plain)
        {
            if (closed.Length < TagLength) return false;
            try { cipher.Decrypt(Nonce(number, last), closed[..^TagLength], closed[^TagLength..], plain[..(closed.Length - TagLength)], head); }
            catch (AuthenticationTagMismatchException) { return false; }
            return true;
        }

        public void Dispose() => cipher.Dispose();
    }

    /// <summary>The writing half.</summary>
    public sealed class Sealing : Forward
    {
        readonly Stream to;
        readonly Chunks chunks;
        readonly byte[] plain = new byte[ChunkLength], closed = new byte[ChunkLength + TagLength];
        int filled;
        uint number;

        internal Sealing(Stream to, Chunks chunks) => (this.to, this.chunks) = (to, chunks);

        public override bool CanWrite => true;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                // A full chunk waits until it is known that another comes: the last one is marked.
                if (filled == ChunkLength) Close(last: false);
                var some = Math.Min(buffer.Length, ChunkLength - filled);
                buffer[..some].CopyTo(plain.AsSpan(filled));
                filled += some;
                buffer = buffer[some..];
            }
        }

        public void Finish() => Close(last: true);

        void Close(bool last)
        {
            chunks.Close(number, last, plain.AsSpan(0, filled), closed.AsSpan(0, filled + TagLength));
            to.Write(closed.AsSpan(0, filled + TagLength));
            (filled, number) = (0, checked(number + 1));
        }

        protected override void Dispose(bool disposing)
        {
            chunks.Dispose();
            CryptographicOperations.ZeroMemory(plain);
            base.Dispose(disposing);
        }
    }

    sealed class Opening(Stream from, Chunks chunks) : Forward
    {
        readonly byte[] plain = new byte[ChunkLength];
        byte[] closed = new byte[ChunkLength + TagLength], next = new byte[ChunkLength + TagLength];
        int here = -1, there, at, filled;
        uint number;
        bool ended;

        public override bool CanRead => true;

        public override int Read(Span<byte> buffer)
        {
            while (at == filled && !ended) Advance();
            var some = Math.Min(buffer.Length, filled - at);
            plain.AsSpan(at, some).CopyTo(buffer);
            at += some;
            return some;
        }

        void Advance()
        {
            if (here < 0) there = from.ReadAtLeast(next, next.Length, throwOnEndOfStream: false);
            (closed, next, here) = (next, closed, there);
            there = here < closed.Length ? 0 : from.ReadAtLeast(next, next.Length, throwOnEndOfStream: false);
            var last = there == 0;
            if (!chunks.TryOpen(number, last, closed.AsSpan(0, here), plain)) throw Broken(last);
            (at, filled, ended, number) = (0, here - TagLength, last, checked(number + 1));
        }

        Refusal Broken(bool last)
        {
            if (last && chunks.TryOpen(number, last: false, closed.AsSpan(0, here), plain)) return Damaged("its end is missing");
            if (!last && chunks.TryOpen(number, last: true, closed.AsSpan(0, here), plain)) return Damaged("something was added at its end");
            return number == 0 ? new(ExitCode.Credential, "the backup can't be opened: the passphrase is another one, or it is damaged or cut off", "try the passphrase that it was made with; if it is that one, take another backup")
                : Damaged($"the {(long)number * ChunkLength / 1024 / 1024 + 1}th megabyte is damaged, cut off or not where it was");
        }

        protected override void Dispose(bool disposing)
        {
            chunks.Dispose();
            CryptographicOperations.ZeroMemory(plain);
            base.Dispose(disposing);
        }
    }

    /// <summary>A stream that goes one way only.</summary>
    public abstract class Forward : Stream
    {
        public override bool CanRead => false;
        public override bool CanWrite => false;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
        public override int Read(Span<byte> buffer) => throw new NotSupportedException();
        public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
