using System.Text;

namespace Fuzz;

/// <summary>Decisions out of an input: the same octets, the same decisions. Where they end, everything is 0 and empty.</summary>
sealed class Words(byte[] input, int at = 0)
{
    int at = at;

    public bool Ended => at >= input.Length;

    public int Next(int below) => at < input.Length ? input[at++] % below : 0;

    /// <summary>Up to the next NUL.</summary>
    public byte[] Bytes()
    {
        if (Ended) return [];
        var end = Array.IndexOf(input, (byte)0, at) is >= 0 and var nul ? nul : input.Length;
        var bytes = input[at..end];
        at = end + 1;
        return bytes;
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());
}
