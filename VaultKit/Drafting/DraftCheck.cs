using System.Text;

namespace VaultKit.Drafting;

/// <summary>Whether a draft's text may go out as it stands. Asked of the exact text that would be sent.</summary>
public static class DraftCheck
{
    /// <summary>Octets of UTF-8.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Why this text must not go out, in words for its owner; empty where it may.</summary>
    /// <param name="body">LF line ends. Lines that begin with <c>&gt;</c> are quoted history; the line that introduces it is not the owner's own text.</param>
    public static IReadOnlyList<string> Reasons(string body)
    {
        if (Encoding.UTF8.GetByteCount(body) > MaxBytes) return [$"the text is larger than {MaxBytes / 1024} KiB"];
        var reasons = new List<string>();
        var own = Own(body);
        if (string.IsNullOrWhiteSpace(own)) reasons.Add("there is no text of your own in it");
        if (OpenBlank(own) is { } blank) reasons.Add($"a blank is still open: {blank}");
        if (HasMergeMarkers(own)) reasons.Add("unresolved merge markers");
        reasons.AddRange(Markup.Reasons(body));
        reasons.AddRange(Markup.CharacterReasons(body));
        return reasons;
    }

    /// <summary>Without quoted history and the line that introduces it.</summary>
    public static string Own(string body)
    {
        var own = new List<string>();
        foreach (var line in body.Split('\n'))
        {
            if (!line.StartsWith('>')) { own.Add(line); continue; }
            var last = own.FindLastIndex(l => !string.IsNullOrWhiteSpace(l));
            if (last >= 0 && own[last].TrimEnd().EndsWith(':') && own.Count - last <= 2) own[last] = "";
        }
        return string.Join('\n', own);
    }

    static string? OpenBlank(string own)
    {
        var at = own.IndexOf("{{", StringComparison.Ordinal);
        if (at < 0) return null;
        var end = own.IndexOf("}}", at, StringComparison.Ordinal);
        return Text.Shorten(own[at..(end < 0 ? own.Length : end + 2)].ReplaceLineEndings(" "), 80);
    }

    static bool HasMergeMarkers(string own)
    {
        foreach (var line in own.Split('\n'))
            if (line.StartsWith("<<<<<<< ", StringComparison.Ordinal) || line.StartsWith("||||||| ", StringComparison.Ordinal) || line == "=======") return true;
        return false;
    }
}
