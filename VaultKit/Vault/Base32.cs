namespace VaultKit.Vault;

/// <summary>Crockford's base 32 in lower case: letters that survive every file system and being read aloud.</summary>
static class Base32
{
    public const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <returns>One character for each five bits; the last is padded with zeros.</returns>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder((bytes.Length * 8 + 4) / 5);
        int bits = 0, held = 0;
        foreach (var b in bytes)
        {
            held = (held << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5) text.Append(Alphabet[(held >> (bits - 5)) & 31]);
            held &= (1 << bits) - 1;
        }
        if (bits > 0) text.Append(Alphabet[(held << (5 - bits)) & 31]);
        return text.ToString();
    }
}
