using System.Security.Cryptography;
using System.Text;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Learning;

/// <summary>
/// An addition to a handbook: headings, and below each the lines that are added to the end of its section. What the handbook has stays octet for octet; what is there already is not added again. Pure.
/// </summary>
static class HandbookText
{
    sealed record Block(string Heading, IReadOnlyList<string> Lines);

    /// <summary>A section's lines in a handbook: those from its heading on, up to the next one that is not below it.</summary>
    readonly record struct Range(int Start, int End);

    /// <summary>Why this can't be added; empty where it can.</summary>
    public static IReadOnlyList<string> Against(string handbook, string addition)
    {
        List<Block> blocks;
        try { blocks = Blocks(addition); }
        catch (BadTaskException e) { return [e.Message]; }
        var read = Handbook.Read(Apply(handbook, addition)).Text.Split('\n').Select(l => l.TrimEnd()).ToHashSet();
        // In a comment, as a note, or behind what a program reads at all.
        return blocks.SelectMany(b => b.Lines).FirstOrDefault(l => l.Length > 0 && !read.Contains(l)) is { } unread
            ? [$"it would stand where no program reads it: {Unseen.OneLine(unread.Length > 80 ? unread[..80] : unread)}"] : [];
    }

    /// <exception cref="BadTaskException">It is no addition.</exception>
    public static string Apply(string handbook, string addition)
    {
        var lines = handbook.Split('\n').ToList();
        var end = handbook.Contains("\r\n", StringComparison.Ordinal) ? "\r" : "";
        foreach (var block in Blocks(addition))
        {
            if (Holds(lines, block)) continue;
            var section = Find(lines, block.Heading);
            var at = Last(lines, section ?? new(0, lines.Count)) + 1;
            List<string> added = section is null ? [block.Heading, "", .. block.Lines] : [.. block.Lines];
            if (at > 0 && !(section is not null && IsItem(lines[at - 1]) && IsItem(added[0]))) added.Insert(0, "");
            // Where the file has no last line end, or the next heading follows at once.
            if (at == lines.Count || lines[at].TrimEnd().Length > 0) added.Add("");
            lines.InsertRange(at, added.Select(l => l + end));
            if (at > 0 && end.Length > 0 && !lines[at - 1].EndsWith('\r')) lines[at - 1] += end;
        }
        return string.Join('\n', lines);
    }

    /// <summary>Whether all of it is there.</summary>
    /// <exception cref="BadTaskException">It is no addition.</exception>
    public static bool Holds(string handbook, string addition)
    {
        var lines = handbook.Split('\n').ToList();
        return Blocks(addition).All(b => Holds(lines, b));
    }

    /// <summary>SHA-256, lower-case hexadecimal, of the sections that are added to, as they are now.</summary>
    /// <exception cref="BadTaskException">It is no addition.</exception>
    public static string Sections(string handbook, string addition)
    {
        var lines = handbook.Split('\n').ToList();
        var all = new StringBuilder();
        foreach (var block in Blocks(addition))
        {
            all.Append(block.Heading).Append('\n');
            if (Find(lines, block.Heading) is { } section) all.AppendJoin('\n', lines[section.Start..section.End].Select(l => l.TrimEnd())).Append('\n');
            all.Append('\0');
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())));
    }

    /// <summary>What the addition changes, line by line: <c>@@</c> the section, a line of it that is there, <c>+</c> what is new.</summary>
    /// <exception cref="BadTaskException">It is no addition.</exception>
    public static IReadOnlyList<string> Changes(string handbook, string addition)
    {
        var lines = handbook.Split('\n').ToList();
        var changes = new List<string>();
        foreach (var block in Blocks(addition))
        {
            var section = Find(lines, block.Heading);
            changes.Add(section is null ? $"@@ a new section at the end of {VaultFolder.HandbookFile}" : $"@@ {VaultFolder.HandbookFile}, at the end of {block.Heading}");
            if (Holds(lines, block))
            {
                changes.Add("  is there already");
                continue;
            }
            if (section is { } there) changes.Add("  " + lines[Last(lines, there)].TrimEnd());
            else changes.Add("+ " + block.Heading);
            changes.AddRange(block.Lines.Select(l => ("+ " + l).TrimEnd()));
        }
        return changes;
    }

    static bool Holds(List<string> lines, Block block)
    {
        if (Find(lines, block.Heading) is not { } section) return false;
        var there = lines[section.Start..section.End].Select(l => l.TrimEnd()).Where(l => l.Length > 0).ToList();
        var wanted = block.Lines.Where(l => l.Length > 0).ToList();
        for (var at = 0; at + wanted.Count <= there.Count; at++)
            if (there.Skip(at).Take(wanted.Count).SequenceEqual(wanted)) return true;
        return false;
    }

    static List<Block> Blocks(string addition)
    {
        var lines = addition.ReplaceLineEndings("\n").Trim('\n').Split('\n').Select(l => l.TrimEnd()).ToList();
        var depth = Depth(lines[0]);
        if (depth == 0) throw new BadTaskException("its first line must be a heading of the handbook, such as '## Answers'");
        var blocks = new List<Block>();
        for (var at = 0; at < lines.Count;)
        {
            var next = lines.FindIndex(at + 1, l => Depth(l) is > 0 and var d && d <= depth);
            if (next < 0) next = lines.Count;
            var content = lines[(at + 1)..next];
            while (content is ["", ..]) content.RemoveAt(0);
            while (content is [.., ""]) content.RemoveAt(content.Count - 1);
            if (content.Count == 0) throw new BadTaskException($"nothing stands below '{lines[at]}'");
            blocks.Add(new(lines[at], content));
            at = next;
        }
        if (blocks.GroupBy(b => b.Heading).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new BadTaskException($"'{twice.Key}' stands in it twice");
        return blocks;
    }

    static Range? Find(List<string> lines, string heading)
    {
        var start = lines.FindIndex(l => l.TrimEnd().TrimStart('\ufeff') == heading);
        if (start < 0) return null;
        var end = lines.FindIndex(start + 1, l => Depth(l) is > 0 and var d && d <= Depth(heading));
        return new(start, end < 0 ? lines.Count : end);
    }

    /// <summary>The last line of a section that says something; -1 in an empty file.</summary>
    static int Last(List<string> lines, Range section)
    {
        var at = section.End - 1;
        while (at >= section.Start && lines[at].TrimEnd().Length == 0) at--;
        return at;
    }

    static bool IsItem(string line) => line.StartsWith("- ", StringComparison.Ordinal) || line.StartsWith("* ", StringComparison.Ordinal);

    public static int Depth(string line)
    {
        var level = line.Length - line.TrimStart('#').Length;
        return level is > 0 and <= 6 && level < line.Length && line[level] == ' ' ? level : 0;
    }
}
