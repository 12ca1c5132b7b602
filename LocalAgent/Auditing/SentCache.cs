using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Auditing;

/// <summary>
/// What was seen where sent mail is kept, a file for each place in <c>verify/</c> of the state directory: a head <c>v1 VALIDITY NEXT LOOKED</c>, then a line for each mail: <c>WHERE MARKER ID IMPRINT SEEN GONE</c>,
/// texts escaped as in a URL, times in seconds since 1970, <c>-</c> for nothing. A mail that is gone stays in it: that it was there is what was seen.
/// </summary>
sealed class SentCache
{
    /// <summary>The most mails that are remembered of one place.</summary>
    public const int MailLimit = 200_000;

    readonly string path;
    readonly Dictionary<string, SentMail> mails = new(StringComparer.Ordinal);

    /// <summary>UIDVALIDITY of a mailbox; 0 where it has none.</summary>
    public uint Validity { get; private set; }

    /// <summary>The lowest UID that was not looked at yet.</summary>
    public uint Next { get; set; } = 1;

    /// <summary>When it was last looked at as a whole; null: never.</summary>
    public DateTimeOffset? Looked { get; set; }

    public IReadOnlyCollection<SentMail> Mails => mails.Values;

    /// <exception cref="Refusal">The file is not what was written.</exception>
    public SentCache(StateDirectory state, string name)
    {
        path = state.PathOf("verify", name);
        if (Disk.Stamp(path).Kind == FileKind.Missing) return;
        using var stream = Disk.OpenRegular(path);
        using var reader = new StreamReader(stream, Encoding.ASCII, false, 1 << 16);
        try
        {
            if (reader.ReadLine()?.Split(' ') is not ["v1", var validity, var next, var looked]) throw new FormatException("its first line");
            (Validity, Next, Looked) = (uint.Parse(validity), uint.Parse(next), Time(looked));
            while (reader.ReadLine() is { } line)
            {
                if (line.Split(' ') is not [var where, var marker, var id, var imprint, var seen, var gone]) throw new FormatException($"'{line}'");
                Add(new(Text(where), Text(marker), Text(id), imprint, Time(seen) ?? default, Time(gone)));
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw new Refusal(ExitCode.Failed, $"{path} is damaged: {e.Message}", "remove it: the mailbox is then read anew, and what was removed there before is not known any more", e);
        }
    }

    public SentMail? Find(string where) => mails.GetValueOrDefault(where);

    public bool IsFull => mails.Count >= MailLimit;

    public void Add(SentMail mail) => mails[mail.Where] = mail;

    /// <summary>The mailbox was numbered anew: what is remembered has no number there any more, and is found again by what it says.</summary>
    public void Renumber(uint validity)
    {
        var before = mails.Values.ToList();
        mails.Clear();
        foreach (var mail in before) Add(mail with { Where = $"{Validity}/{mail.Where}" });
        (Validity, Next) = (validity, 1);
    }

    /// <summary>Notes which mails are there no more, and which are there under a new name only.</summary>
    public void Gone(Func<SentMail, bool> isThere, DateTimeOffset now)
    {
        var there = mails.Values.Where(isThere).ToList();
        var known = there.ToLookup(m => (m.Marker, m.Id, m.Imprint));
        foreach (var mail in mails.Values.ToList())
        {
            if (isThere(mail)) { if (mail.Gone is not null) Add(mail with { Gone = null }); }
            else if (known.Contains((mail.Marker, mail.Id, mail.Imprint))) mails.Remove(mail.Where);
            else if (mail.Gone is null) Add(mail with { Gone = now });
        }
    }

    /// <summary>Durable when it returns.</summary>
    public void Save()
    {
        var text = new StringBuilder($"v1 {Validity} {Next} {Time(Looked)}\n");
        foreach (var mail in mails.Values)
            text.Append(Text(mail.Where, to: true)).Append(' ').Append(Text(mail.Marker, to: true)).Append(' ').Append(Text(mail.Id, to: true)).Append(' ').Append(mail.Imprint)
                .Append(' ').Append(Time(mail.Seen)).Append(' ').Append(Time(mail.Gone)).Append('\n');
        Durable.CreateDirectory(Path.GetDirectoryName(path)!);
        Durable.Write(path, Encoding.ASCII.GetBytes(text.ToString()), secret: true);
    }

    static string Text(string text) => text == "-" ? "" : Uri.UnescapeDataString(text);
    static string Text(string text, bool to) => text.Length == 0 ? "-" : text == "-" ? "%2D" : Uri.EscapeDataString(text);
    static DateTimeOffset? Time(string text) => text == "-" ? null : DateTimeOffset.FromUnixTimeSeconds(long.Parse(text));
    static string Time(DateTimeOffset? time) => time is { } at ? $"{at.ToUnixTimeSeconds()}" : "-";
}
