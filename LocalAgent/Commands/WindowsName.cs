namespace LocalAgent.Commands;

/// <summary>A file's name that came from a mail, as NTFS can hold it: a device's name would be that device, a colon would begin a stream of another file, dots and blanks at the end are dropped unseen (learn.microsoft.com, "Naming Files, Paths, and Namespaces").</summary>
static class WindowsName
{
    static readonly string[] Devices = ["con", "prn", "aux", "nul", "conin$", "conout$"];

    /// <summary>The name itself where it is one that does, and on other systems.</summary>
    public static string Here(string name) => OperatingSystem.IsWindows() ? Of(name) : name;

    internal static string Of(string name)
    {
        var held = string.Concat(name.Select(c => c is '<' or '>' or ':' or '"' or '|' or '?' or '*' or '/' or '\\' or < ' ' ? '_' : c)).TrimEnd('.', ' ');
        var stem = (held.IndexOf('.') is >= 0 and var dot ? held[..dot] : held).TrimEnd().ToLowerInvariant();
        var isDevice = Devices.Contains(stem) || stem.Length == 4 && stem[..3] is "com" or "lpt" && (char.IsAsciiDigit(stem[3]) || stem[3] is '¹' or '²' or '³');
        return held.Length == 0 ? "_" : isDevice ? "_" + held : held;
    }
}
