using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Tests.Mail;

namespace VaultKit.Tests.Drafting;

/// <summary>A mail with what a sensible assistant of its recipient says of it. A third was held out while the rules were made.</summary>
/// <param name="Greeting">The name that an answer may greet with; <c>-</c>: none is safe.</param>
sealed record Labelled(string Name, bool HeldOut, string Category, bool Answer, string Language, string Urgency, string Formality, string Greeting, string Mark)
{
    public byte[] Octets => File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(Corpus.Folder)!, "labelled", Name + ".eml"));
}

/// <summary>tests/Corpus/labelled, and what the shipped code makes of it without a model.</summary>
static class LabelledCorpus
{
    public static readonly Account Owner = new() { Name = "main", Address = "anna@werkstatt.example", DisplayName = "Anna Hofer", Aliases = ["info@werkstatt.example"] };

    static readonly DateTimeOffset Now = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);

    static string Folder => Path.GetDirectoryName(Corpus.Folder)!;

    public static IReadOnlyList<Labelled> All { get; } = [.. File.ReadLines(Path.Combine(Folder, "labelled.tsv")).Skip(1).Select(l => l.Split('\t'))
        .Select(f => new Labelled(f[0], f[1] == "held", f[2], f[3] == "yes", f[4], f[5], f[6], f[7], f[8]))];

    public static (Letter Letter, Verdict Verdict) Judge(byte[] octets)
    {
        var (letter, sifted) = LetterReader.Read(Owner, new MemoryStream(octets), octets.Length, true);
        return (letter, Triage.Of(letter, sifted, Owner, Handbook.None));
    }

    /// <returns>Null where no program answers it.</returns>
    public static async Task<string?> DraftAsync(Letter letter, Verdict verdict) =>
        verdict is { NeedsAnswer: true, Asks: false } ? (await new BuiltInDrafter().DraftAsync(new(letter, Owner, Handbook.None, Now), CancellationToken.None)).Body : null;

    public static IEnumerable<(string Name, string Attacker, byte[] Octets)> Injections =>
        File.ReadLines(Path.Combine(Folder, "injection.tsv")).Skip(1).Select(l => l.Split('\t')).Select(f => (f[0], f[2], File.ReadAllBytes(Path.Combine(Folder, "injection", f[0] + ".eml"))));
}
