using System.CommandLine;
using System.Text.Json;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

/// <summary>What the owner is shown before saying yes: the fields and the text that would go out, why it can't yet, and the digest to approve by.</summary>
sealed record Card(
    string Id, string Path, string? Action, string? Digest, string Account, string From, IReadOnlyList<string> To, IReadOnlyList<string> Cc, IReadOnlyList<string> Bcc,
    string Subject, string Draft, string Original, IReadOnlyList<string> Objections, IReadOnlyList<string> Notes, string DraftedBy);

static class ShowCommand
{
    static readonly Argument<string> Id = new("id") { Description = "a task's name, the hash at its end, or its beginning" };
    static readonly Option<bool> Json = CommandLine.Flag("--json", "an object");

    public static Command Create() => new Command("show", "The draft as it would go out, the mail it answers, and the digest to approve") { Id, Json }.Does(parsed =>
    {
        using var office = Office.Open(parsed.Settings(Zone.Local));
        var entry = office.Vault.Resolve(parsed.GetValue(Id)!);
        var card = Read(office, entry);
        if (parsed.GetValue(Json)) Say.Data(JsonSerializer.Serialize(card, ListJson.Default.Card));
        else Print(card);
        return ExitCode.Done;
    });

    static Card Read(Office office, TaskEntry entry)
    {
        var task = office.Vault.Read(entry);
        var action = TypedAction.Read(task);
        var mail = action as MailSend;
        return new(
            entry.Name.Value, entry.Path, action?.Kind, action?.Digest(), action?.Account ?? task.Get("account") ?? "",
            mail?.From ?? "", mail?.To ?? [], mail?.Cc ?? [], mail?.Bcc ?? [], mail?.Subject ?? task.Get("mail_subject") ?? "",
            task.Draft ?? "", task.Original, action is null ? [] : office.Objections.Against(action, task), Notes(task), task.Get("drafted_by") ?? "");
    }

    static List<string> Notes(TaskFile task)
    {
        var notes = new List<string>();
        if (task.Get("returned") is { } returned) notes.Add("came back: " + returned);
        if (task.Get("same_message_id_as") is { } other) notes.Add($"another mail has the same Message-ID: {other}");
        if (task.Get("why") is { } why) notes.Add(why);
        notes.AddRange(task.GetList("mail_notes"));
        foreach (var attachment in task.GetList("mail_attachments")) notes.Add("came with " + attachment[(attachment.IndexOf(' ') + 1)..]);
        return notes;
    }

    static void Print(Card card)
    {
        void Line(string name, string value) { if (value.Length > 0) Say.Data($"{name,-9} {Say.Clean(value)}"); }
        Line("task", card.Id);
        Line("in", card.Path[..card.Path.LastIndexOf('/')]);
        Line("from", card.From);
        Line("to", string.Join(", ", card.To));
        Line("cc", string.Join(", ", card.Cc));
        Line("bcc", string.Join(", ", card.Bcc));
        Line("subject", card.Subject);
        Line("drafted", card.DraftedBy);
        foreach (var note in card.Notes) Line("note", note);
        Say.Data("");
        Say.Data(Say.Clean(card.Draft, lines: true));
        Say.Data("");
        Say.Data("---- the mail it answers ----");
        Say.Data(Say.Clean(card.Original.TrimEnd('\n'), lines: true));
        Say.Data("");
        foreach (var objection in card.Objections) Line("not yet", objection);
        if (card.Digest is { } digest)
        {
            Line("digest", digest);
            if (card.Objections.Count == 0 && card.Path.StartsWith("Pending_Approval/", StringComparison.Ordinal))
                Line("approve", $"localagent approve {card.Id[^16..]} --digest {digest[..12]}");
        }
    }
}
