using VaultKit.Vault;

namespace LocalAgent.Importing;

/// <summary>Takes out of a text what must not get into a vault: what looks like a credential, and the very values of the old <c>.env</c> files.</summary>
sealed class Masking(IEnumerable<string> hidden)
{
    // Shorter ones stand in many a text by chance.
    const int Shortest = 6;

    readonly string[] hidden = [.. hidden.Where(h => h.Length >= Shortest).Distinct(StringComparer.Ordinal).OrderByDescending(h => h.Length)];

    /// <param name="masked">How many were taken out, added to it.</param>
    public string Of(string text, ref int masked)
    {
        foreach (var value in hidden)
        {
            var parts = text.Split(value);
            if (parts.Length == 1) continue;
            masked += parts.Length - 1;
            text = string.Join("[masked: from .env]", parts);
        }
        var kinds = new List<string>();
        text = Leaks.Mask(text, kinds);
        masked += kinds.Count;
        return text;
    }

    public string Of(string text)
    {
        var ignored = 0;
        return Of(text, ref ignored);
    }
}
