using System.Text;

namespace Fuzz;

/// <summary>Makes another input of one: octets, lines, words of the format, numbers, and parts of other inputs.</summary>
sealed class Mutator(Random chance, IReadOnlyList<string> words, int limit)
{
    static readonly byte[] Odd = [0, 1, 9, 10, 13, 27, 32, 34, 35, 39, 45, 58, 60, 62, 92, 96, 127, 128, 0xc2, 0xe2, 0xef, 0xf0, 0xff];
    static readonly string[] Numbers = ["0", "-1", "1", "255", "65536", "2147483647", "-2147483648", "9223372036854775808", "1e999", "0x10", "99999999999999999999"];

    readonly byte[][] words = [.. words.Select(Encoding.UTF8.GetBytes)];

    public byte[] Change(byte[] input, Func<byte[]> another)
    {
        var bytes = new List<byte>(input);
        for (var times = 1 << chance.Next(5); times > 0; times--) Step(bytes, another);
        if (bytes.Count > limit) bytes.RemoveRange(limit, bytes.Count - limit);
        return [.. bytes];
    }

    void Step(List<byte> bytes, Func<byte[]> another)
    {
        var at = bytes.Count == 0 ? 0 : chance.Next(bytes.Count);
        switch (chance.Next(13))
        {
            case 0 when bytes.Count > 0: bytes[at] ^= (byte)(1 << chance.Next(8)); break;
            case 1 when bytes.Count > 0: bytes[at] = Odd[chance.Next(Odd.Length)]; break;
            case 2 when bytes.Count > 0: bytes[at] = (byte)chance.Next(256); break;
            case 3: bytes.Insert(at, Odd[chance.Next(Odd.Length)]); break;
            case 4 when bytes.Count > 0: bytes.RemoveRange(at, Length(bytes.Count - at)); break;
            case 5 when bytes.Count > 0: bytes.InsertRange(chance.Next(bytes.Count), bytes.GetRange(at, Length(bytes.Count - at))); break;
            case 6 or 7: bytes.InsertRange(at, words[chance.Next(words.Length)]); break;
            case 8: Overwrite(bytes, at, words[chance.Next(words.Length)]); break;
            case 9: bytes.InsertRange(at, Encoding.ASCII.GetBytes(Numbers[chance.Next(Numbers.Length)])); break;
            case 10: Splice(bytes, at, another()); break;
            case 11: Line(bytes, at); break;
            case 12 when bytes.Count > 0: bytes.InsertRange(at, Enumerable.Repeat(bytes[at], 1 << chance.Next(10))); break;
        }
    }

    int Length(int most) => Math.Min(most, chance.Next(4) == 0 ? chance.Next(most + 1) : 1 + chance.Next(16));

    void Splice(List<byte> bytes, int at, byte[] other)
    {
        if (other.Length == 0) return;
        var from = chance.Next(other.Length);
        bytes.InsertRange(at, other.AsSpan(from, Length(other.Length - from)).ToArray());
    }

    static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        bytes.RemoveRange(at, Math.Min(with.Length, bytes.Count - at));
        bytes.InsertRange(at, with);
    }

    /// <summary>The formats are made of lines: one is taken away, said twice, or moved.</summary>
    void Line(List<byte> bytes, int at)
    {
        var start = at == 0 ? 0 : bytes.LastIndexOf((byte)'\n', at - 1) + 1;
        var end = start < bytes.Count ? bytes.IndexOf((byte)'\n', start) : -1;
        end = end < 0 ? bytes.Count : end + 1;
        var line = bytes.GetRange(start, end - start);
        var how = chance.Next(3);
        if (how != 1) bytes.RemoveRange(start, line.Count);
        if (how == 0) return;
        var to = bytes.Count == 0 ? 0 : bytes.IndexOf((byte)'\n', chance.Next(bytes.Count)) + 1;
        bytes.InsertRange(to, line);
    }
}
