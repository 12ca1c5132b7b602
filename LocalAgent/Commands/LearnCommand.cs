using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class LearnCommand
{
    static readonly Option<bool> Json = CommandLine.Flag("--json", "an object");
    static readonly Option<bool> DryRun = CommandLine.Flag("--dry-run", "print what would be proposed; change nothing");

    public static Command Create() => new Command("learn", "Propose additions to your handbook from what you changed, rejected and wanted otherwise; a task to approve like any other") { Json, DryRun }.Does(parsed =>
    {
        using var office = Office.Open(parsed.Settings(Zone.Local));
        using var only = office.Machine.State.TryLock("learn") ?? throw new Refusal(ExitCode.Locked, "another 'localagent learn' is at work", "let it finish");
        office.Machine.DemandTextInHandbook();
        if (!parsed.GetValue(DryRun)) office.Earlier.Look(office.Vault);
        var found = office.Proposals.Find();
        TaskName? task = found.Count == 0 || parsed.GetValue(DryRun) ? null : office.Proposals.File(found);
        if (parsed.GetValue(Json))
            Say.Data(JsonSerializer.Serialize(new LearnRow(task?.Value, [.. found.Select(p => new ProposalRow(p.Section, [.. p.Lines], p.Why, [.. p.From.Select(f => f.Value)]))]), LearnJson.Default.LearnRow));
        else
            foreach (var proposal in found)
            {
                Say.Data($"{proposal.Section}");
                foreach (var line in proposal.Lines) Say.Data("  + " + Say.Clean(line));
                Say.Data($"    {proposal.Why}: {string.Join(", ", proposal.From)}");
            }
        if (found.Count == 0) Say.Info("nothing to learn: what you changed does not repeat, is particular to somebody, or was proposed before");
        else if (task is { } name) Say.Info($"one task waits for you: 'localagent show {name.Hash}', edit it if need be, and approve or reject it");
        return ExitCode.Done;
    });
}

/// <summary>What <c>learn --json</c> prints.</summary>
/// <param name="Task">The task that was made; null where none was.</param>
sealed record LearnRow(string? Task, ProposalRow[] Proposals);

sealed record ProposalRow(string Section, string[] Lines, string Why, string[] From);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(LearnRow))]
sealed partial class LearnJson : JsonSerializerContext;
