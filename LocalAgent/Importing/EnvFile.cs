using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Importing;

/// <summary>A file of <c>NAME=value</c> lines as shells and dotenv read it: <c>export</c> in front, quotes around, <c>#</c> behind.</summary>
static class EnvFile
{
    const int Limit = 256 * 1024;

    /// <exception cref="Refusal">It can't be read.</exception>
    public static IEnumerable<(string Name, string Value)> Read(string path)
    {
        string text;
        try { text = Encoding.UTF8.GetString(Disk.ReadRegular(path, Limit)); }
        catch (IOException e) { throw new Refusal(ExitCode.Failed, e.Message, "nothing was changed"); }
        return Parse(text);
    }

    public static IEnumerable<(string Name, string Value)> Parse(string text)
    {
        foreach (var raw in text.TrimStart('\ufeff').ReplaceLineEndings("\n").Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal)) line = line[7..].TrimStart();
            var sign = line.IndexOf('=');
            if (sign <= 0 || line[0] == '#') continue;
            var name = line[..sign].TrimEnd();
            if (name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_')) continue;
            yield return (name.ToUpperInvariant(), Value(line[(sign + 1)..].Trim()));
        }
    }

    static string Value(string text)
    {
        if (text.Length > 1 && text[0] is '"' or '\'' && text.IndexOf(text[0], 1) is > 0 and var end) return text[1..end];
        // As dotenv does: a comment begins behind a blank.
        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        return comment >= 0 ? text[..comment].TrimEnd() : text.StartsWith('#') ? "" : text;
    }
}
