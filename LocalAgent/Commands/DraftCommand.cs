using System.CommandLine;
using System.Text.Json;
using LocalAgent.Trying;
using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class DraftCommand
{
    static readonly Argument<string> Path = new("file") { Description = "a mail (.eml)" };
    static readonly Option<bool> Json = CommandLine.Flag("--json", "an object");
    static readonly Option<string?> Name = new("--name") { Description = "your name, as it stands under a mail", HelpName = "NAME" };

    public static Command Create() => new Command("draft", "The draft that a mail would get, or why it would get none; without a vault") { Path, Json, TriageCommand.Me, Name, TriageCommand.Book, TrialModel.Model }.Does(async (parsed, cancel) =>
    {
        var (account, handbook) = (Owner.Account(parsed.GetValue(TriageCommand.Me), parsed.GetValue(Name)), Owner.Handbook(parsed.GetValue(TriageCommand.Book)));
        var mail = StoredMails.In(parsed.GetValue(Path)!, TriageCommand.MaxMail).FirstOrDefault()
            ?? throw new Refusal(ExitCode.Usage, "there is no mail in it", "give one mail (.eml)");
        var trial = Trial.Of(mail, account, handbook);
        var row = trial.Verdict.NeedsAnswer ? DraftRow.Of(trial, await trial.DraftAsync(TrialModel.Drafter(parsed), account, handbook, TimeProvider.System, cancel)) : DraftRow.None(trial);
        if (parsed.GetValue(Json)) Say.Data(JsonSerializer.Serialize(row, TriageJson.Default.DraftRow));
        else Print(row);
        return ExitCode.Done;
    });

    internal static void Print(DraftRow row)
    {
        if (row.To.Count > 0) Say.Data($"to       {Say.Clean(string.Join(", ", row.To))}");
        if (row.Cc.Count > 0) Say.Data($"cc       {Say.Clean(string.Join(", ", row.Cc))}");
        if (row.Subject.Length > 0) Say.Data($"subject  {Say.Clean(row.Subject)}");
        Say.Data($"why      {Say.Clean(row.Why)}");
        if (row.Text is not { } text) return;
        Say.Data("");
        Say.Data(Say.Clean(text.TrimEnd('\n'), lines: true));
    }
}

/// <summary>What a mail would get, as <c>draft --json</c> prints it. <see cref="Text"/>: null where the owner would have to write it, or nobody.</summary>
sealed record DraftRow(string Category, bool Answer, string Language, string Urgency, IReadOnlyList<string> Marks, IReadOnlyList<string> To, IReadOnlyList<string> Cc, string Subject, string? Text, string Why)
{
    public static DraftRow Of(Trial trial, (ReplyFields Reply, Draft Draft) made) => new(
        trial.Verdict.Category, true, made.Draft.Language, trial.Verdict.Urgency, trial.Verdict.Marks, made.Reply.To, made.Reply.Cc, made.Reply.Subject, made.Draft.Body is null ? null : made.Reply.Body, made.Draft.Reason);

    public static DraftRow None(Trial trial) => new(trial.Verdict.Category, false, trial.Verdict.Language, trial.Verdict.Urgency, [], [], [], "", null, $"it needs no answer: {trial.Verdict.Rule}");
}
