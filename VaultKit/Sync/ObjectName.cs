using System.Buffers.Binary;
using LibGit2Sharp;

namespace VaultKit.Sync;

/// <summary>The 20 octets of a git object's id, and nothing else: an <see cref="ObjectId"/> takes nine times as much, which tells where one is kept for each file of the vault.</summary>
readonly record struct ObjectName
{
    readonly ulong first, second;
    readonly uint third;

    public ObjectName(ReadOnlySpan<byte> octets) =>
        (first, second, third) = (BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..]), BinaryPrimitives.ReadUInt32BigEndian(octets[16..]));

    public byte[] Octets
    {
        get
        {
            var octets = new byte[20];
            BinaryPrimitives.WriteUInt64BigEndian(octets, first);
            BinaryPrimitives.WriteUInt64BigEndian(octets.AsSpan(8), second);
            BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(16), third);
            return octets;
        }
    }

    public static implicit operator ObjectName(ObjectId id) => new(id.RawId);

    public ObjectId ToId() => new(Octets);
}
