using System.Globalization;
using System.Text;

namespace LocalAgent.Approving;

/// <summary>Domains that a reader takes for another one: a letter more, less, changed or swapped, or letters that look like others.</summary>
static class LookAlike
{
    // What is read as one letter, longest first; then letters of other alphabets that have the form of a Latin one.
    static readonly (string Looks, string As)[] Pairs = [("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("3", "e")];
    const string Foreign = "аɑαеёоοрρсϲхχуυіїιјѕԁһкκмтτвнԛԝցոսıłđøɡ", Latin = "aaaeeooppccxxyuiiijsdhkkmttbhqwgnuildog";

    /// <summary>A domain as people see it: lower case, punycode as the letters that it stands for.</summary>
    public static string Shown(string domain)
    {
        var lower = domain.ToLowerInvariant();
        try { return new IdnMapping { AllowUnassigned = true }.GetUnicode(lower); }
        catch (ArgumentException) { return lower; } // punycode of nothing: its letters are what is seen
    }

    /// <summary>Whether one of two different domains can be taken for the other.</summary>
    public static bool Are(string domain, string other)
    {
        var (a, b) = (Shown(domain), Shown(other));
        return a != b && (IsOneEdit(a, b) || Skeleton(a) == Skeleton(b));
    }

    static string Skeleton(string domain)
    {
        var built = new StringBuilder(domain.Length);
        foreach (var c in domain) built.Append(Foreign.IndexOf(c) is var at and >= 0 ? Latin[at] : c);
        foreach (var (looks, like) in Pairs) built.Replace(looks, like);
        return built.ToString();
    }

    static bool IsOneEdit(string a, string b)
    {
        if (a.Length > b.Length) (a, b) = (b, a);
        if (b.Length - a.Length > 1) return false;
        var same = 0;
        while (same < a.Length && a[same] == b[same]) same++;
        if (a.Length < b.Length) return a.AsSpan(same).SequenceEqual(b.AsSpan(same + 1));
        if (a.AsSpan(same + 1).SequenceEqual(b.AsSpan(same + 1))) return true;
        return same + 1 < a.Length && a[same] == b[same + 1] && a[same + 1] == b[same] && a.AsSpan(same + 2).SequenceEqual(b.AsSpan(same + 2));
    }
}
