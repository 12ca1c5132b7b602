using System.Text;

namespace VaultKit.Mail;

/// <summary>Lines that a mailer broke for transport joined again: <c>format=flowed</c>, RFC 3676.</summary>
static class FlowedText
{
    /// <param name="deleteSpace">DelSp=yes: the space at the end of a flowed line is not part of the text.</param>
    public static string Unflow(string text, bool deleteSpace)
    {
        var joined = new StringBuilder(text.Length);
        var open = false; // the line before ended flowed
        var openDepth = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range];
            if (line.EndsWith('\r')) line = line[..^1];
            var depth = 0;
            while (depth < line.Length && line[depth] == '>') depth++;
            line = line[depth..];
            if (line.StartsWith(' ')) line = line[1..]; // stuffed
            var separator = line.SequenceEqual("-- ");
            if (!open || depth != openDepth || separator)
            {
                if (joined.Length > 0 || range.Start.Value > 0) joined.Append('\n');
                joined.Append('>', depth);
                if (depth > 0 && line.Length > 0) joined.Append(' ');
            }
            open = line.EndsWith(' ') && !separator;
            openDepth = depth;
            joined.Append(open && deleteSpace ? line[..^1] : line);
        }
        return joined.ToString();
    }
}
