using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using LocalAgent.Trying;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class TriageCommand
{
    public const long MaxMail = 25 * 1024 * 1024;

    static readonly Argument<string[]> Paths = new("path") { Description = "mails (.eml), maildirs, mboxes, folders of mails", Arity = ArgumentArity.OneOrMore };
    static readonly Option<bool> Json = CommandLine.Flag("--json", "an array of objects");
    public static readonly Option<string?> Me = new("--me") { Description = "your address: what it wrote is your own mail", HelpName = "ADDRESS" };
    public static readonly Option<string?> Book = new("--handbook") { Description = "a Company_Handbook.md whose rules count", HelpName = "FILE" };

    public static Command Create() => new Command("triage", "What each mail is, whether it needs an answer, and which rule says so; without a vault") { Paths, Json, Me, Book }.Does((parsed, cancel) =>
    {
        var (account, handbook, json) = (Owner.Account(parsed.GetValue(Me), null), Owner.Handbook(parsed.GetValue(Book)), parsed.GetValue(Json));
        foreach (var line in handbook.RulesNotUnderstood) Say.Warn($"a rule in the handbook can't be followed: {line}");
        var count = 0;
        foreach (var trial in Trying.Parallel.InOrder(parsed.GetValue(Paths)!.SelectMany(p => StoredMails.In(p, MaxMail)), m => Trial.Of(m, account, handbook)))
        {
            cancel.ThrowIfCancellationRequested();
            if (json) Say.Data((count == 0 ? "[\n" : ",\n") + JsonSerializer.Serialize(TriageRow.Of(trial), TriageJson.Default.TriageRow));
            else Print(trial);
            count++;
        }
        if (json) Say.Data(count == 0 ? "[]" : "]");
        else if (count == 0) Say.Info("there is no mail in it");
        return Task.FromResult(ExitCode.Done);
    });

    internal static void Print(Trial trial)
    {
        var (letter, verdict) = (trial.Letter, trial.Verdict);
        Say.Data($"{(verdict.NeedsAnswer ? verdict.Urgency == "high" ? "urgent" : "answer" : "-"),-6} {verdict.Category,-12} {verdict.Language}  {Say.Clean(letter.From?.ToString() ?? "(no sender)")}: {Say.Clean(letter.Subject)}");
        Say.Data($"{"",23}{Say.Clean(verdict.Rule)}{(verdict.Marks.Count > 0 ? $" [{string.Join(", ", verdict.Marks)}]" : "")}");
    }
}

/// <summary>A mail as <c>triage --json</c> prints it.</summary>
sealed record TriageRow(
    string Path, string Id, string From, string Subject, DateTimeOffset? Date, string Category, string Urgency, bool Answer, bool AlwaysAsk, string Language, IReadOnlyList<string> Marks, string Rule)
{
    public static TriageRow Of(Trial trial) => new(
        trial.Origin, LetterFile.Name(trial.Letter).Value, trial.Letter.From?.ToString() ?? "", trial.Letter.Subject, trial.Letter.Date, trial.Verdict.Category, trial.Verdict.Urgency,
        trial.Verdict.NeedsAnswer, trial.Verdict.Asks, trial.Verdict.Language, trial.Verdict.Marks, trial.Verdict.Rule);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(TriageRow))]
[JsonSerializable(typeof(DraftRow))]
[JsonSerializable(typeof(TryRow[]))]
sealed partial class TriageJson : JsonSerializerContext;
