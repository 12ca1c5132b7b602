using System.CommandLine;
using System.Text.Json;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class ShowCommand
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    static readonly Argument<string> Id = new("id") { Description = "a task's name, the hash at its end, or its beginning" };
    static readonly Option<bool> Json = CommandLine.Flag("--json", "an object");

    public static Command Create() => new Command("show", "The draft as it would go out, the mail it answers, and the digest to approve") { Id, Json }.Does(async (parsed, cancel) =>
    {
        await using var office = Office.Open(parsed.Settings(Zone.Local));
        var entry = office.Vault.Resolve(parsed.GetValue(Id)!);
        var card = await office.CardAsync(entry, office.Vault.Read(entry), Patience, cancel);
        if (parsed.GetValue(Json)) Say.Data(JsonSerializer.Serialize(card, ListJson.Default.Card));
        else Print(card, office.Machine.Clock.GetUtcNow());
        return ExitCode.Done;
    });

    static void Print(Card card, DateTimeOffset now)
    {
        static void Line(string name, string value) => Say.Data($"{name,-9} {value}");
        foreach (var (name, value) in CardText.Fields(card, now)) Line(name, value);
        Say.Data("");
        foreach (var line in CardText.Draft(card)) Say.Data(line);
        Say.Data("");
        Say.Data($"---- {CardText.OriginalTitle(card)} ----");
        foreach (var line in CardText.Original(card)) Say.Data(line);
        Say.Data("");
        foreach (var objection in CardText.NotYet(card)) Line("not yet", objection);
        if (card.Digest is not { } digest) return;
        Line("digest", digest);
        if (card.Objections.Count == 0 && card.Path.StartsWith("Pending_Approval/", StringComparison.Ordinal))
            Line("approve", $"localagent approve {card.Id[^16..]} --digest {digest[..12]}{(card.NeedsWord ? " --without-original" : "")}");
    }
}
