using MailKit.Net.Imap;
using MailKit.Search;

namespace LocalAgent.Correspondence;

/// <summary>What a server is asked for. An id comes from a stranger's mail: it is only ever an argument, quoted by MailKit.</summary>
static class ImapSearch
{
    /// <summary>The mail with a Message-ID. Gmail's HEADER search finds whole words only and not in all mail; its own <c>rfc822msgid:</c> finds the id (X-GM-RAW, Gmail IMAP extensions).</summary>
    public static SearchQuery MessageId(ImapCapabilities server, string id)
    {
        var query = SearchQuery.HeaderContains("Message-ID", $"<{id}>");
        return server.HasFlag(ImapCapabilities.GMailExt1) && IsOneWord(id) ? query.Or(SearchQuery.GMailRawSearch("rfc822msgid:" + id)) : query;
    }

    /// <summary>The mails that refer to one of these ids.</summary>
    public static SearchQuery Thread(IReadOnlyList<string> ids) =>
        ids.SelectMany(id => new[] { SearchQuery.HeaderContains("In-Reply-To", $"<{id}>"), SearchQuery.HeaderContains("References", $"<{id}>") })
            .Cast<SearchQuery>().Aggregate((a, b) => a.Or(b));

    // Anything else would be operators of Gmail's own language.
    static bool IsOneWord(string id) => id.All(c => char.IsAsciiLetterOrDigit(c) || c is '@' or '.' or '-' or '_' or '+' or '=' or '$');
}
