using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>What is known of an approval's use.</summary>
public enum Spending
{
    /// <summary>The action was offered, or was about to be; no answer is recorded.</summary>
    Offered,
    /// <summary>It was offered and provably did not happen.</summary>
    Refused,
    /// <summary>It happened.</summary>
    Accepted,
    /// <summary>The owner took the approval back: an older version of the vault that still holds it makes nothing go.</summary>
    TakenBack,
}

/// <param name="Intent">Nonce of the one intent that may use the approval.</param>
/// <param name="Offer">The last one; null in lines from before offers were noted.</param>
public sealed record Spent(string Intent, int Attempt, Spending State, Offer? Offer);

/// <param name="Talk">Tells one conversation from another (<see cref="Talks"/>), and nothing else about it.</param>
public sealed record Offer(DateTimeOffset At, string Talk);

/// <summary>
/// The approvals that were used, kept outside the vault: a vault that is rolled back, restored or rewritten by its remote replays nothing.
/// One line for each step, appended and synced: <c>NONCE INTENT ATTEMPT STATE</c>, behind <c>Offered</c> its second since 1970 and its conversation; the last line of a nonce counts. A file for each month in which approvals were signed.
/// </summary>
public sealed class SpentApprovals(StateDirectory state)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="Stamp">Of the file when it was read: another process may have written since.</param>
    /// <param name="Torn">It ends within a line.</param>
    sealed record MonthFile(FileStamp Stamp, Dictionary<string, Spent> Spent, bool Torn);

    readonly Dictionary<string, MonthFile> months = [];

    public Spent? Find(Approval approval) => Month(PathOf(approval)).GetValueOrDefault(approval.Nonce);

    /// <summary>Every use of an approval that is on record, by the approval's nonce; without the offers, of which nothing is kept in memory.</summary>
    public IReadOnlyDictionary<string, Spent> All()
    {
        var all = new Dictionary<string, Spent>(StringComparer.Ordinal);
        foreach (var path in Directory.Exists(state.PathOf("spent")) ? Directory.GetFiles(state.PathOf("spent")) : [])
        {
            if (Path.GetFileName(path).Length != 7) continue;
            using var file = Disk.OpenRegular(path);
            file.Position = Math.Max(0, file.Length - 1);
            var isWhole = file.ReadByte() is '\n' or -1;
            file.Position = 0;
            using var reader = new StreamReader(file, Encoding.ASCII, false, 1 << 14);
            for (var line = reader.ReadLine(); line is not null;)
            {
                var next = reader.ReadLine();
                if (line.Length > 0 && (next is not null || isWhole))
                {
                    var (nonce, use) = Parse(path, line);
                    all[nonce] = use with { Offer = null };
                }
                line = next;
            }
        }
        return all;
    }

    /// <summary>
    /// The mails that were offered within the last day, each once and at its last time; not what provably did not go out or is no mail, and not this approval's own.
    /// What seems to lie ahead was offered before the clock was set back, and counts; what lies more than a day ahead was offered by a clock that was wrong.
    /// </summary>
    public IReadOnlyList<Offer> Offers(DateTimeOffset now, Approval? except)
    {
        // Of approvals that wait for long only those of the last month are looked for: what matters is how many go out at once.
        var first = (now - TimeSpan.FromDays(32)).UtcDateTime.ToString("yyyy-MM");
        foreach (var path in Directory.Exists(state.PathOf("spent")) ? Directory.GetFiles(state.PathOf("spent")) : [])
            if (Path.GetFileName(path) is { Length: 7 } name && string.CompareOrdinal(name, first) >= 0) Month(path);
        return [.. months.Values.SelectMany(m => m.Spent).Where(s => s.Key != except?.Nonce && s.Value.State is Spending.Offered or Spending.Accepted).Select(s => s.Value.Offer).OfType<Offer>()
            .Where(o => o.Talk != Talks.None && o.At > now - TimeSpan.FromDays(1) && o.At < now + TimeSpan.FromDays(1))];
    }

    /// <summary>Durable when it returns.</summary>
    /// <param name="offer">Where it is one.</param>
    public void Note(Approval approval, Intent intent, Spending now, Offer? offer = null) => Note(approval, intent.Nonce, intent.Attempt, now, offer);

    /// <summary>Nothing is ever done on this approval again. Durable when it returns.</summary>
    public void TakeBack(Approval approval) => Note(approval, "-", 0, Spending.TakenBack, null);

    void Note(Approval approval, string intent, int attempt, Spending now, Offer? offer)
    {
        // An append is not one step, and a daemon and a command may both have something to say.
        using var only = state.Lock("spent", Patience);
        var path = PathOf(approval);
        var (_, month, torn) = MonthOf(path);
        var spent = new Spent(intent, attempt, now, offer ?? month.GetValueOrDefault(approval.Nonce)?.Offer);
        Durable.CreateDirectory(state.PathOf("spent"));
        if (torn) Durable.Write(path, Encoding.ASCII.GetBytes(Whole(File.ReadAllText(path, Encoding.ASCII))), secret: true);
        Durable.Append(path, Encoding.ASCII.GetBytes($"{approval.Nonce} {spent.Intent} {spent.Attempt} {spent.State}{(offer is null ? "" : $" {offer.At.ToUnixTimeSeconds()} {offer.Talk}")}\n"));
        month[approval.Nonce] = spent;
        months[path] = new(Disk.Stamp(path), month, false);
    }

    string PathOf(Approval approval) => state.PathOf("spent", approval.At.UtcDateTime.ToString("yyyy-MM"));

    Dictionary<string, Spent> Month(string path) => MonthOf(path).Spent;

    MonthFile MonthOf(string path)
    {
        var stamp = Disk.Stamp(path);
        return months.TryGetValue(path, out var month) && month.Stamp == stamp ? month : months[path] = Read(path, stamp);
    }

    // A crash within an append. What the rest would have said was not durable, so nothing that depends on it has happened.
    static string Whole(string text) => text[..(text.LastIndexOf('\n') + 1)];

    static MonthFile Read(string path, FileStamp stamp)
    {
        var month = new Dictionary<string, Spent>(StringComparer.Ordinal);
        if (stamp.Kind == FileKind.Missing) return new(stamp, month, false);
        var all = File.ReadAllText(path, Encoding.ASCII);
        var text = Whole(all);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (nonce, spent) = Parse(path, line);
            month[nonce] = spent with { Offer = spent.Offer ?? month.GetValueOrDefault(nonce)?.Offer };
        }
        return new(stamp, month, text.Length < all.Length);
    }

    static (string Nonce, Spent Spent) Parse(string path, string line)
    {
        var words = line.Split(' ');
        Offer? offer = words.Length == 6 && words[3] == nameof(Spending.Offered) && long.TryParse(words[4], out var second) && second is >= 0 and < 253_402_300_800 ? new(DateTimeOffset.FromUnixTimeSeconds(second), words[5]) : null;
        return (words.Length == 4 || offer is not null) && int.TryParse(words[2], out var attempt) && Enum.TryParse<Spending>(words[3], out var spending)
            ? (words[0], new(words[1], attempt, spending, offer))
            : throw new Refusal(ExitCode.Failed, $"{path} is damaged: '{line}'", "nothing is sent while it is unknown which approvals were used; restore the file, or remove the line and approve again what still waits");
    }
}
