using System.Text;

namespace VaultKit.Vault;

/// <summary>A task file cut where its sections begin.</summary>
/// <param name="Opening">The first fence line.</param>
/// <param name="Notes">From the closing fence on: the heading and what the owner wrote below it.</param>
/// <param name="Draft">With its heading; empty where there is none.</param>
/// <param name="Original">With its heading, to the end; empty where there is none.</param>
sealed record TaskParts(string Opening, FrontMatter Front, string Notes, string Draft, string Original)
{
    /// <exception cref="BadTaskException">No task file comes of it, or it is over the limit.</exception>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(Opening).Append(Front);
        // A part that was last in its own file may have no line end.
        foreach (var part in (string[])[Notes, Draft, Original])
        {
            if (part.Length > 0 && text[^1] != '\n') text.Append("\n\n");
            text.Append(part);
        }
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        // A line of one file's original becomes the draft where the other file has none.
        if (TaskFile.Parse(bytes).Parts() is null) throw new BadTaskException("its sections can't be told apart");
        return bytes;
    }
}
