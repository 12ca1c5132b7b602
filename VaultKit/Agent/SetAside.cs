using System.Globalization;
using System.Text;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>A mail that its store names and does not give.</summary>
/// <param name="Key">The inbox's own name for it.</param>
/// <param name="Tries">How often it was asked for; zero where the store says that it is not there.</param>
/// <param name="Next">When it is asked for again; before <see cref="SetAside.Patience"/> tries, at each reading.</param>
sealed record AsideMail(string Key, string Origin, string Why, int Tries, DateTimeOffset Next);

/// <summary>
/// The mails of one inbox that could not be had, in the state directory (<c>aside/</c>). After some tries such a mail is put aside, durably, before the position moves past it, so that the mails behind it are read;
/// it is asked for again an hour later, then ever more seldom, and told at each turn until it was given or is gone from the mailbox.
/// </summary>
sealed class SetAside
{
    public const int Patience = 3;

    /// <summary>Where so many can't be had it is the store that is broken, and reading on would help nobody.</summary>
    const int Most = 1000;

    const int FileLimit = 4 << 20, WhyLimit = 300;

    static readonly TimeSpan Absence = TimeSpan.FromMinutes(5), First = TimeSpan.FromHours(1), Longest = TimeSpan.FromDays(1);

    readonly string file;
    readonly TimeProvider clock;
    readonly Dictionary<string, AsideMail> mails;

    /// <exception cref="Refusal">What was put aside can't be read.</exception>
    public SetAside(StateDirectory state, string inbox, TimeProvider clock)
    {
        (file, this.clock) = (state.PathOf("aside", inbox), clock);
        try
        {
            var lines = File.Exists(file) ? Encoding.UTF8.GetString(Disk.ReadRegular(file, FileLimit)).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
            mails = lines.Select(Parse).ToDictionary(m => m.Key, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw new Refusal(ExitCode.Failed, $"{file} can't be read, so nobody knows which mails were put aside: {e.Message}", "look at it; once it is removed, mail is read again", e);
        }
    }

    /// <summary>Of those that were put aside for good reason, what the owner is told.</summary>
    public IEnumerable<string> Told => mails.Values.Where(m => m.Tries >= Patience)
        .Select(m => $"the mail {m.Origin} can't be had and was put aside: {m.Why} (asked for {m.Tries} times; again after {m.Next.UtcDateTime:yyyy-MM-dd HH:mm} UTC; it is still in the mailbox)");

    /// <summary>Those whose time has come.</summary>
    public IReadOnlyList<AsideMail> Due => [.. mails.Values.Where(m => m.Next <= clock.GetUtcNow() && m.Tries is 0 or >= Patience)];

    /// <summary>One more time it was not given. Durable when it returns.</summary>
    /// <returns>Whether it is put aside: if so, the mails behind it may be read.</returns>
    public bool Failed(IncomingMail mail)
    {
        var known = mails.GetValueOrDefault(mail.Key);
        if (known is null && mails.Count >= Most) return false;
        // What was said not to be there and then is there after all has been waited for already.
        var tries = mail.Absent ? known?.Tries ?? 0 : known is { Tries: 0 } ? Patience : (known?.Tries ?? 0) + 1;
        var pause = tries == 0 ? Absence : First * Math.Pow(2, Math.Clamp(tries - Patience, 0, 10));
        mails[mail.Key] = new(mail.Key, CleanText.OneLine(mail.Origin, WhyLimit), CleanText.OneLine(mail.Failed!.Message, WhyLimit), tries, clock.GetUtcNow() + (pause < Longest ? pause : Longest));
        Save();
        return tries is 0 or >= Patience;
    }

    /// <summary>It was given, or is gone. Durable when it returns.</summary>
    public void Settle(string key)
    {
        if (mails.Remove(key)) Save();
    }

    /// <summary>The mailbox was read to its end: of what is not put aside nothing is left.</summary>
    public void SettleOthers()
    {
        foreach (var mail in mails.Values.Where(m => m.Tries is > 0 and < Patience).ToList()) Settle(mail.Key);
    }

    // A line for each, tabs between: tries, when next, the key, where it lies, why.
    void Save()
    {
        Durable.CreateDirectory(Path.GetDirectoryName(file)!);
        Durable.Write(file, Encoding.UTF8.GetBytes(string.Concat(mails.Values.Select(m => $"{m.Tries}\t{m.Next:O}\t{Uri.EscapeDataString(m.Key)}\t{m.Origin}\t{m.Why}\n"))));
    }

    static AsideMail Parse(string line) => line.Split('\t') is [var tries, var next, var key, var origin, var why]
        ? new(Uri.UnescapeDataString(key), origin, why, int.Parse(tries, CultureInfo.InvariantCulture), DateTimeOffset.Parse(next, CultureInfo.InvariantCulture))
        : throw new FormatException("a line in it is none of this program's");
}
