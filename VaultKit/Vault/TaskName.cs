using System.Text;

namespace VaultKit.Vault;

/// <summary>
/// A task's one name for life: a readable slug and 16 characters of a hash, such as <c>offer-for-3-windows-3f9a2c71d0b44e5a</c>.
/// ASCII only, so that no two names look alike and every file system can hold them.
/// </summary>
public readonly record struct TaskName
{
    const int HashLength = 16, SlugLimit = 48;

    readonly string? value;

    /// <summary>The name without <c>.md</c>; it is the task's id.</summary>
    public string Value => value ?? "";

    public string FileName => Value + ".md";

    /// <summary>The 80 bits of the hash: what tells two tasks with one subject apart, and enough to name a task by.</summary>
    public string Hash => Value[^HashLength..];

    TaskName(string value) => this.value = value;

    /// <param name="title">Any text; what is not a letter or digit becomes a hyphen, accents are dropped.</param>
    /// <param name="digest">At least 10 bytes of a cryptographic hash over what makes the task what it is.</param>
    public static TaskName From(string title, ReadOnlySpan<byte> digest)
    {
        var hash = Base32.Encode(digest[..10]);
        var slug = Slug(title);
        return new(slug.Length == 0 ? "task-" + hash : slug + "-" + hash);
    }

    public static bool TryParse(string text, out TaskName name)
    {
        name = default;
        if (text.Length is < HashLength + 2 or > SlugLimit + 1 + HashLength) return false;
        if (text[^(HashLength + 1)] != '-' || text.AsSpan(text.Length - HashLength).ContainsAnyExcept(Base32.Alphabet)) return false;
        var previous = '-';
        foreach (var c in text.AsSpan(0, text.Length - HashLength - 1))
        {
            if (c == '-' ? previous == '-' : !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))) return false;
            previous = c;
        }
        if (previous == '-') return false;
        name = new(text);
        return true;
    }

    public static bool TryParseFile(string file, out TaskName name)
    {
        name = default;
        return file.EndsWith(".md", StringComparison.Ordinal) && TryParse(file[..^3], out name);
    }

    static string Slug(string title)
    {
        var slug = new StringBuilder();
        foreach (var rune in title.EnumerateRunes())
        {
            if (slug.Length >= SlugLimit) break;
            var plain = Plain(rune);
            if (plain.Length == 0 && (slug.Length == 0 || slug[^1] == '-')) continue;
            slug.Append(plain.Length == 0 ? "-" : plain);
        }
        if (slug.Length > SlugLimit) slug.Length = SlugLimit;
        while (slug.Length > 0 && slug[^1] == '-') slug.Length--;
        return slug.ToString();
    }

    // string.Normalize does nothing under the invariant culture, so the letters of the languages spoken here are spelled out.
    static string Plain(Rune rune) => rune.Value switch
    {
        < 128 when Rune.IsLetterOrDigit(rune) => Rune.ToLowerInvariant(rune).ToString(),
        'ä' or 'Ä' or 'æ' or 'Æ' => "ae",
        'ö' or 'Ö' or 'œ' or 'Œ' => "oe",
        'ü' or 'Ü' => "ue",
        'ß' => "ss",
        'à' or 'á' or 'â' or 'ã' or 'å' or 'À' or 'Á' or 'Â' or 'Ã' or 'Å' => "a",
        'ç' or 'Ç' => "c",
        'è' or 'é' or 'ê' or 'ë' or 'È' or 'É' or 'Ê' or 'Ë' => "e",
        'ì' or 'í' or 'î' or 'ï' or 'Ì' or 'Í' or 'Î' or 'Ï' => "i",
        'ñ' or 'Ñ' => "n",
        'ò' or 'ó' or 'ô' or 'õ' or 'ø' or 'Ò' or 'Ó' or 'Ô' or 'Õ' or 'Ø' => "o",
        'ù' or 'ú' or 'û' or 'Ù' or 'Ú' or 'Û' => "u",
        'ý' or 'ÿ' => "y",
        _ => "",
    };

    public override string ToString() => Value;
}
