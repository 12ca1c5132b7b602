using System.Globalization;
using System.Text;
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

/// <summary>What fails, and since when.</summary>
/// <param name="Account">Whose; empty for what is no account's.</param>
/// <param name="Since">The first time without a success in between, whichever process saw it.</param>
/// <param name="Text">The last time, in words. Servers' words are among them.</param>
public sealed record Trouble(TroubleKind Kind, string Account, DateTimeOffset Since, string Text);

/// <summary>How a try of something that can fail went.</summary>
/// <param name="Failure">Null where it went well.</param>
public sealed record Try(TroubleKind Kind, string Account, string? Failure);

/// <summary>
/// What fails since when, for <c>status</c>, the health page and whoever raises an alarm. Kept in the state directory (<c>troubles</c>), so that a restart makes nothing younger; written only when it is something else than before.
/// What a turn did not try stays as it was.
/// </summary>
public static class Troubles
{
    const int Limit = 256 * 1024, TextLimit = 500;

    static string FileOf(StateDirectory state) => state.PathOf("troubles");

    /// <summary>Takes over how a turn's tries went. Durable when it returns.</summary>
    /// <returns>What fails now, the longest first.</returns>
    public static IReadOnlyList<Trouble> Remember(StateDirectory state, IReadOnlyList<Try> tries, DateTimeOffset now)
    {
        var before = Recall(state);
        if (tries.Count == 0) return before;
        List<Trouble> after = [.. before.Where(t => !tries.Any(o => o.Kind == t.Kind && o.Account == t.Account))];
        foreach (var one in tries)
        {
            if (one.Failure is not { } failure) continue;
            var since = before.FirstOrDefault(t => t.Kind == one.Kind && t.Account == one.Account)?.Since;
            after.Add(new(one.Kind, one.Account, since < now ? since.Value : now, Mail.CleanText.OneLine(failure, TextLimit)));
        }
        after.Sort((a, b) => a.Since.CompareTo(b.Since));
        if (!after.SequenceEqual(before)) Durable.Write(FileOf(state), Encoding.UTF8.GetBytes(string.Concat(after.Select(t => $"{t.Kind}\t{t.Account}\t{t.Since:O}\t{t.Text}\n"))));
        return after;
    }

    /// <summary>A file that can't be read counts as none: the next turn learns again what fails.</summary>
    public static IReadOnlyList<Trouble> Recall(StateDirectory state)
    {
        var file = FileOf(state);
        return Disk.Stamp(file).Kind != FileKind.Regular ? []
            : [.. Encoding.UTF8.GetString(Disk.ReadRegular(file, Limit)).Split('\n').Select(Parse).OfType<Trouble>()];
    }

    static Trouble? Parse(string line) =>
        line.Split('\t') is [var kind, var account, var since, var text] && Enum.TryParse<TroubleKind>(kind, out var of) && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, out var at)
            ? new(of, account, at, text) : null;
}
