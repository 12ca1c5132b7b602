using System.CommandLine;
using System.Text.Json;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class ListCommand
{
    static readonly Option<bool> Json = CommandLine.Flag("--json", "an array of objects");
    static readonly Option<bool> All = CommandLine.Flag("--all", "with what is rejected and done");

    public static Command Create() => new Command("list", "What waits for you, the most pressing first") { Json, All }.Does(parsed =>
    {
        var machine = Machine.Open(parsed.Settings(Zone.Local), Zone.Local, TimeProvider.System);
        var rows = Overview.Open(machine.Vault, machine.Clock);
        if (parsed.GetValue(All))
            rows = [.. rows, .. new[] { Stage.Rejected, Stage.Done }.SelectMany(machine.Vault.List).Select(e => Overview.Row(machine.Vault, e, machine.Clock))];
        if (parsed.GetValue(Json)) Say.Data(JsonSerializer.Serialize(rows.Select(Row.Of).ToArray(), ListJson.Default.RowArray));
        else Print(rows, machine.Clock);
        return ExitCode.Done;
    });

    static void Print(IReadOnlyList<TaskRow> rows, TimeProvider clock)
    {
        if (rows.Count == 0) Say.Info("nothing waits for you");
        foreach (var row in rows)
        {
            Say.Data($"{row.Standing.ToString().ToLowerInvariant(),-9} {CardText.Age(row.Received, clock.GetUtcNow()),4}  {Fit(row.From, 32)}  {row.Subject}");
            Say.Data($"{"",16}{row.Id}{(row.Note.Length > 0 ? "  " + row.Note : "")}");
        }
    }

    static string Fit(string text, int width) => text.Length <= width ? text.PadRight(width) : text[..(width - 1)] + "…";
}

/// <summary>A task as <c>list --json</c> prints it. <see cref="State"/>: unknown, ready, blank, yours, approved, working, new, rejected, done, bad.</summary>
sealed record Row(string Id, string Stage, string Path, string State, string From, string Subject, DateTimeOffset? Received, string? Digest, string Note)
{
    public static Row Of(TaskRow row) => new(row.Id, row.Path[..row.Path.IndexOf('/')], row.Path, row.Standing.ToString().ToLowerInvariant(), row.From, row.Subject, row.Received, row.Digest, row.Note);
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(Row[]))]
[System.Text.Json.Serialization.JsonSerializable(typeof(Card))]
sealed partial class ListJson : System.Text.Json.Serialization.JsonSerializerContext;
