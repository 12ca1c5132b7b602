using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Correspondence;

/// <summary>What the owner's own mailbox says of the mail that a task was made of.</summary>
enum OriginalState
{
    /// <summary>It is there, and the task says what it says.</summary>
    Proven,

    /// <summary>It is there, and says something else than the task.</summary>
    Differs,

    /// <summary>It is not there, or the task names no mail.</summary>
    Missing,

    /// <summary>The mailbox could not be asked.</summary>
    Unreachable,

    /// <summary>Nobody has looked yet.</summary>
    NotLookedFor,

    /// <summary>This machine has no way to read the account's mail.</summary>
    NoMeans,

    /// <summary>It answers nothing: the owner ordered it on this machine, and it is as it was ordered or the owner's own change of that.</summary>
    Ordered,
}

/// <summary>A task's original: what it is worth, why, and the mail itself as a task file, as this machine has made it of what it read.</summary>
/// <param name="Why">In words; empty where it is proven.</param>
/// <param name="Mail">Null where the mail was not found.</param>
/// <param name="Differences">What the task says and the mail does not.</param>
sealed record Original(OriginalState State, string Why, TaskFile? Mail = null, params IReadOnlyList<string> Differences)
{
    /// <summary>When the owner's mail store received it, in the file of <see cref="Mail"/>.</summary>
    public const string ArrivedKey = "arrived";

    static readonly string[] Fields = ["received", "mail_from", "mail_reply_to", "mail_to", "mail_cc", "mail_subject", "mail_id", "mail_references", "mail_attachments", "mail_digest"];

    /// <summary>The state in a word, for the log and for <c>--json</c>.</summary>
    public string Word => State switch
    {
        OriginalState.Proven => "proven",
        OriginalState.Differs => "differs",
        OriginalState.Missing => "missing",
        OriginalState.Unreachable => "unreachable",
        OriginalState.NoMeans => "no means",
        OriginalState.Ordered => "ordered",
        _ => "not looked up",
    };

    /// <summary>In words, for the card; the most telling first.</summary>
    public IEnumerable<string> Notes()
    {
        if (Why.Length > 0) yield return Why;
        foreach (var difference in Differences) yield return difference;
    }

    /// <summary>A yes needs the owner's own typed word: a stranger may have written all that the card shows.</summary>
    public bool NeedsWord => State is not (OriginalState.Proven or OriginalState.NoMeans or OriginalState.Ordered);

    /// <param name="mail">The mail itself, as <see cref="LetterFile.Write"/> has it.</param>
    public static Original Compare(TaskName name, TaskFile task, TaskFile mail)
    {
        var differences = new List<string>();
        if (LetterFile.Name(LetterFile.Read(mail)) != name) differences.Add("another mail with the same Message-ID is in your mailbox, and not this one");
        foreach (var field in Fields)
        {
            var (here, there) = (Text(task, field), Text(mail, field));
            if (here != there) differences.Add($"{field} is '{Short(here)}' in the task and '{Short(there)}' in the mail itself");
        }
        if (task.Original.Trim('\n') != mail.Original.Trim('\n')) differences.Add("the text under '## Original' is not the text of the mail itself");
        return differences.Count == 0 ? new(OriginalState.Proven, "", mail)
            : new(OriginalState.Differs, "the task does not say what the mail in your mailbox says", mail, differences);
    }

    static string Text(TaskFile task, string field) => task.Get(field) ?? string.Join(", ", task.GetList(field));

    static string Short(string text) => text.Length > 200 ? text[..200] + "…" : text;
}
