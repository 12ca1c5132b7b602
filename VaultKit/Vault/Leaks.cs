using System.Runtime.CompilerServices;
using System.Text;

namespace VaultKit.Vault;

/// <summary>Something that looks like a credential.</summary>
/// <param name="Kind">What it looks like, in words.</param>
/// <param name="Start">Of the secret itself in the text, in UTF-16 units; the name in front of it is not part of it.</param>
public readonly record struct Leak(string Kind, int Start, int Length);

/// <summary>
/// Finds what looks like a credential: private keys, tokens whose makers gave them a form, passwords in addresses, and values that nobody would say by chance under names
/// such as <c>password</c>. It is a net, not a wall: a password that is a word passes it. Linear in the text.
/// </summary>
public static class Leaks
{
    const string Base64Url = "-_", Nothing = "";
    const int NameReach = 40;

    // What it begins with, how many characters of letters, digits and these others follow at least.
    static readonly (string Prefix, int AtLeast, string Others)[] Forms =
    [
        ("AKIA", 16, Nothing), ("ASIA", 16, Nothing), ("ghp_", 36, Nothing), ("gho_", 36, Nothing), ("ghu_", 36, Nothing), ("ghs_", 36, Nothing), ("ghr_", 36, Nothing),
        ("github_pat_", 22, "_"), ("glpat-", 20, Base64Url), ("xoxb-", 20, "-"), ("xoxp-", 20, "-"), ("xoxa-", 20, "-"), ("xoxr-", 20, "-"), ("xoxs-", 20, "-"), ("xapp-", 20, "-"),
        ("sk_live_", 16, Nothing), ("rk_live_", 16, Nothing), ("sk_test_", 16, Nothing), ("sk-ant-", 20, Base64Url), ("sk-proj-", 20, Base64Url), ("AIza", 35, Base64Url),
        ("ya29.", 20, Base64Url), ("npm_", 36, Nothing), ("hf_", 30, Nothing), ("dop_v1_", 64, Nothing), ("shpat_", 32, Nothing), ("pypi-AgE", 50, Base64Url), ("SG.", 40, "-_."),
        ("AGE-SECRET-KEY-1", 50, Nothing), ("eyJ", 60, "-_."),
    ];

    static readonly string[] Names =
    [
        "password", "passwd", "passwort", "kennwort", "passphrase", "mot de passe", "contraseña", "clave", "secret", "token", "api key", "api-key", "api_key", "apikey",
        "access key", "access_key", "secret_key", "private_key", "credential", "credentials", "zugangsdaten", "pwd",
    ];

    /// <summary>In the order of the text, none inside another.</summary>
    public static IReadOnlyList<Leak> Find(string text)
    {
        List<Leak>? found = null;
        for (var i = 0; i + 1 < text.Length;)
        {
            if (!MayBegin(text, i) || At(text, i) is not { } leak) { i++; continue; }
            (found ??= []).Add(leak);
            i = leak.Start + leak.Length;
        }
        return found ?? [];
    }

    /// <summary>The text with each of them replaced by a word in brackets; what was found is added to <paramref name="kinds"/>.</summary>
    public static string Mask(string text, ICollection<string> kinds)
    {
        var leaks = Find(text);
        if (leaks.Count == 0) return text;
        var masked = new StringBuilder(text.Length);
        var at = 0;
        foreach (var leak in leaks)
        {
            masked.Append(text, at, leak.Start - at).Append("[masked: ").Append(leak.Kind).Append(']');
            at = leak.Start + leak.Length;
            kinds.Add(leak.Kind);
        }
        return masked.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Counted from 1.</summary>
    public static int Line(string text, Leak leak) => text.AsSpan(0, leak.Start).Count('\n') + 1;

    // Of the two characters that something may begin with, by the first: a bit for each second one (its last five bits).
    static readonly uint[] Beginnings = MakeBeginnings();

    static uint[] MakeBeginnings()
    {
        var seconds = new uint[128];
        foreach (var (prefix, _, _) in Forms) seconds[prefix[0]] |= 1u << (prefix[1] & 31);
        seconds['-'] = seconds[':'] = seconds['='] = uint.MaxValue;
        return seconds;
    }

    // Asked of each character of each text.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool MayBegin(string text, int i) => text[i] < Beginnings.Length && (Beginnings[text[i]] >> (text[i + 1] & 31) & 1) != 0;

    static Leak? At(string text, int i)
    {
        var c = text[i];
        if (c == '-' && PrivateKey(text, i) is { } key) return key;
        if (c == ':' && InAddress(text, i) is { } inAddress) return inAddress;
        if (c is ':' or '=' && UnderName(text, i) is { } named) return named;
        // Only where a word begins: looked for inside one, a long word of beginnings would cost its length squared.
        return i > 0 && IsOf(text[i - 1], "_-") ? null : OfForm(text, i);
    }

    // To the END line; where that was cut off, to the end of what is written in base64.
    static Leak? PrivateKey(string text, int start)
    {
        const string Begin = "-----BEGIN ";
        if (!text.AsSpan(start).StartsWith(Begin, StringComparison.Ordinal)) return null;
        var line = text.AsSpan(start, Math.Min(80, text.Length - start));
        if (line.IndexOf('\n') is > 0 and var lineEnd) line = line[..lineEnd];
        if (line.IndexOf("PRIVATE KEY", StringComparison.Ordinal) < 0) return null;
        const string End = "-----END ";
        var end = text.IndexOf(End, start, StringComparison.Ordinal);
        if (end < 0) return new("private key", start, text.Length - start);
        var close = text.IndexOf("-----", end + End.Length, StringComparison.Ordinal);
        return new("private key", start, (close < 0 ? text.Length : close + 5) - start);
    }

    static Leak? OfForm(string text, int i)
    {
        foreach (var (prefix, atLeast, others) in Forms)
        {
            if (text[i] != prefix[0] || !text.AsSpan(i).StartsWith(prefix, StringComparison.Ordinal)) continue;
            var end = i + prefix.Length;
            while (end < text.Length && IsOf(text[end], others)) end++;
            if (end - i - prefix.Length < atLeast) continue;
            if (prefix == "eyJ" && text.AsSpan(i, end - i).Count('.') < 2) continue; // a JSON Web Token has three parts
            return new("token", i, end - i);
        }
        return null;
    }

    // scheme://user:password@host (RFC 3986, 3.2.1)
    static Leak? InAddress(string text, int colon)
    {
        var start = colon;
        while (start > 0 && colon - start < 64 && text[start - 1] > ' ' && text[start - 1] is not ('/' or '@' or ':' or '<' or '"')) start--;
        if (start == colon || start < 3 || !text.AsSpan(start - 3, 3).SequenceEqual("://")) return null;
        var end = colon + 1;
        while (end < text.Length && end - colon <= 200 && text[end] > ' ' && text[end] is not ('/' or '@' or '>' or '"')) end++;
        return end < text.Length && text[end] == '@' && end - colon > 3 ? new("password", colon + 1, end - colon - 1) : null;
    }

    static Leak? UnderName(string text, int sign)
    {
        if (NameBefore(text, sign) is not { } name) return null;
        var start = sign + 1;
        while (start < text.Length && start - sign < 4 && text[start] is ' ' or '\t' or '"' or '\'' or '`' or '*') start++;
        var end = start;
        while (end < text.Length && text[end] > ' ' && text[end] is not ('"' or '\'' or '`' or ',' or '<' or '>') && end - start < 512) end++;
        while (end > start && text[end - 1] is '.' or ')' or ';' or ']' or '}') end--;
        return IsSecret(text.AsSpan(start, end - start)) ? new(name is "token" ? "token" : "password", start, end - start) : null;
    }

    static string? NameBefore(string text, int sign)
    {
        var end = sign;
        while (end > 0 && sign - end < 4 && text[end - 1] is ' ' or '"' or '\'' or '*' or '`') end--;
        var before = text.AsSpan(Math.Max(0, end - NameReach), end - Math.Max(0, end - NameReach));
        foreach (var name in Names)
            if (before.EndsWith(name, StringComparison.OrdinalIgnoreCase) && (before.Length == name.Length || !char.IsLetterOrDigit(before[^(name.Length + 1)]))) return name;
        return null;
    }

    /// <summary>Nobody says it by chance: long enough, of three kinds of characters or of many different ones, and no address or date.</summary>
    static bool IsSecret(ReadOnlySpan<char> value)
    {
        if (value.Length < 8 || value.Contains("://", StringComparison.Ordinal) || value.StartsWith("{{") || value.StartsWith("[masked")) return false;
        int upper = 0, lower = 0, digits = 0, others = 0;
        var different = new HashSet<char>();
        foreach (var c in value)
        {
            different.Add(c);
            if (char.IsUpper(c)) upper = 1;
            else if (char.IsLower(c)) lower = 1;
            else if (char.IsDigit(c)) digits = 1;
            else others = 1;
        }
        if (upper + lower == 0 || digits == 0) return false;
        return upper + lower + digits + others >= 3 ? different.Count >= 6 : value.Length >= 16 && different.Count >= 10;
    }

    static bool IsOf(char c, string others) => char.IsAsciiLetterOrDigit(c) || others.Contains(c);
}
