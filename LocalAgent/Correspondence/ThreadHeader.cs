using LocalAgent.Acting;
using LocalAgent.Approving;
using MimeKit;

namespace LocalAgent.Correspondence;

/// <summary>A mail's header as a place in a conversation. Strangers write headers: whatever can't be read counts as missing.</summary>
static class ThreadHeader
{
    const int MaxIds = 100, MaxPeople = 200;

    /// <summary>The fields that <see cref="Read"/> looks at, for a server to be asked for.</summary>
    public static readonly string[] Fields = ["Message-ID", "From", "To", "Cc", "Bcc", "In-Reply-To", "References", MimeComposer.MarkerHeader];

    public static ThreadMail Read(HeaderList header, DateTimeOffset arrived, bool isSent) => new(
        Ids(header, "Message-ID").FirstOrDefault() ?? "", People(header, "From").FirstOrDefault() ?? "",
        [.. People(header, "To").Concat(People(header, "Cc")).Concat(People(header, "Bcc")).Distinct().Take(MaxPeople)],
        arrived, [.. Ids(header, "In-Reply-To").Concat(Ids(header, "References")).Distinct().Take(MaxIds)], isSent, header[MimeComposer.MarkerHeader] ?? "");

    static IEnumerable<string> People(HeaderList header, string field) =>
        header[field] is { } text && InternetAddressList.TryParse(text, out var list) ? list.Mailboxes.Select(m => MailAddress.Plain(m.ToString())).OfType<string>() : [];

    static IEnumerable<string> Ids(HeaderList header, string field)
    {
        var text = header[field] ?? "";
        for (var start = text.IndexOf('<'); start >= 0; start = text.IndexOf('<', start + 1))
        {
            var end = text.IndexOf('>', start);
            if (end < 0) yield break;
            yield return text[(start + 1)..end].Trim();
            start = end;
        }
    }
}
