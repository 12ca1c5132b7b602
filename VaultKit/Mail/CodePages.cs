using System.Text;

namespace VaultKit.Mail;

/// <summary>
/// .NET's code pages, but for the moment in which MimeKit looks which there are: it has each of them made, and the tables of all, 2.6 MB, would stay for good. For that moment another
/// encoding stands for each; a table comes when a mail first needs it.
/// </summary>
sealed class CodePages : EncodingProvider
{
    // East Asian ones, which .NET has and does not list.
    static readonly int[] Unlisted = [50220, 51932, 51936, 51949, 52936, 54936];

    // By the thread: another may be reading a mail.
    [ThreadStatic] static HashSet<int>? there;

    // UTF-16, UTF-32, ASCII, Latin-1 and UTF-8 are the runtime's own. MimeKit asks for one of them at each address, and the provider goes through all that it has each time to say that it has not.
    public override Encoding? GetEncoding(int codepage) =>
        codepage is 1200 or 1201 or 12000 or 12001 or 20127 or 28591 or 65001 ? null
        : there?.Contains(codepage) == true ? Encoding.Latin1 : CodePagesEncodingProvider.Instance.GetEncoding(codepage);

    public override Encoding? GetEncoding(string name) => CodePagesEncodingProvider.Instance.GetEncoding(name);

    public override IEnumerable<EncodingInfo> GetEncodings() => CodePagesEncodingProvider.Instance.GetEncodings();

    /// <param name="look">What only asks whether there is an encoding, and keeps none.</param>
    public static void LookedAt(Action look)
    {
        there = [.. CodePagesEncodingProvider.Instance.GetEncodings().Select(e => e.CodePage), .. Unlisted];
        try { look(); }
        finally { there = null; }
    }
}
