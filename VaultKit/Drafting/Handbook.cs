namespace VaultKit.Drafting;

/// <summary>The owner's words from <c>Company_Handbook.md</c>, as far as programs follow them.</summary>
/// <param name="Company">Empty where the handbook does not say.</param>
/// <param name="Signature">Lines to close a mail with; empty where the handbook has none.</param>
/// <param name="ResponseTime">In words of the owner, such as "one working day", by language (en, de, fr, es); empty where none is promised.</param>
public sealed record Handbook(string Company, string Signature, IReadOnlyDictionary<string, string> ResponseTime);
