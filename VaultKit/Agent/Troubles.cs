using System.Globalization;
using System.Text;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>What can fail, and go on failing from turn to turn.</summary>
public enum TroubleKind
{
    /// <summary>The remote: nothing comes or goes.</summary>
    Sync,
    /// <summary>A mailbox does not let us in; a person must see to it.</summary>
    MailLogin,
    /// <summary>A mailbox can't be read for another reason.</summary>
    Mail,
    /// <summary>The model that drafts: meanwhile rules do.</summary>
    Model,
}

/// <summary>Something that can fail, and how it went with it the last time that it was tried.</summary>
/// <param name="account">Whose; empty for what is no account's.</param>
/// <param name="text">What went wrong the last time, in words, servers' words among them; null where it went well.</param>
/// <param name="since">The first failure without a success in between, whichever process saw it.</param>
public sealed class Trouble(TroubleKind kind, string account, string? text, DateTimeOffset since = default)
{
    public TroubleKind Kind => kind;
    public string Account => account;
    public string? Text => text;
    public DateTimeOffset Since => since;

    /// <summary>Of all kinds, what each is called outside.</summary>
    public static readonly string[] Names = ["sync", "mail_login", "mail", "model"];

    public string Name => Names[(int)kind];

    public bool IsOf(Trouble other) => other.Kind == kind && other.Account == account;

    public override string ToString() => $"{Name}{(account.Length > 0 ? " of " : "")}{account} since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {Say.Clean(text ?? "")}";
}

/// <summary>
/// What fails since when, for <c>status</c>, the health page and whoever raises an alarm. Kept in the state directory (<c>troubles</c>), so that a restart makes nothing younger; written only when it is something else than before.
/// </summary>
public static class Troubles
{
    const int Limit = 256 * 1024, TextLimit = 500;

    /// <summary>Takes over how a turn's tries went; what it did not try stays as it was. Durable when it returns.</summary>
    /// <returns>What fails now.</returns>
    public static List<Trouble> Remember(StateDirectory state, List<Trouble> tries, DateTimeOffset now)
    {
        var (before, after, file) = (Recall(state), new List<Trouble>(), FileOf(state));
        foreach (var old in before)
            if (Find(tries, old) is null) after.Add(old);
        foreach (var tried in tries)
        {
            if (tried.Text is null) continue;
            // A clock that was set back makes nothing begin in the future.
            var since = Find(before, tried) is { } known && known.Since < now ? known.Since : now;
            after.Add(new(tried.Kind, tried.Account, CleanText.OneLine(tried.Text, TextLimit), since));
        }
        var (was, @is) = (Format(before), Format(after));
        if (was != @is) Durable.Write(file, Encoding.UTF8.GetBytes(@is));
        return after;
    }

    /// <summary>What fails. A line that can't be read counts as none: the next turn learns again what fails.</summary>
    public static List<Trouble> Recall(StateDirectory state)
    {
        var (troubles, file) = (new List<Trouble>(), FileOf(state));
        if (Disk.Stamp(file).Kind != FileKind.Regular) return troubles;
        foreach (var line in Encoding.UTF8.GetString(Disk.ReadRegular(file, Limit)).Split('\n'))
            if (line.Split('\t') is [var name, var account, var since, var text] && Array.IndexOf(Trouble.Names, name) is >= 0 and var kind && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, out var at))
                troubles.Add(new((TroubleKind)kind, account, text, at));
        return troubles;
    }

    /// <summary>The one of that kind and account; null where there is none.</summary>
    internal static Trouble? Find(List<Trouble> troubles, Trouble like)
    {
        foreach (var trouble in troubles)
            if (trouble.IsOf(like)) return trouble;
        return null;
    }

    static string Format(List<Trouble> troubles)
    {
        var lines = new StringBuilder();
        foreach (var t in troubles) lines.Append(t.Name).Append('\t').Append(t.Account).Append('\t').Append(t.Since.ToString("O")).Append('\t').Append(t.Text).Append('\n');
        return lines.ToString();
    }

    static string FileOf(StateDirectory state) => state.PathOf("troubles");
}
