using System.ComponentModel;
using System.Diagnostics;
using VaultKit.Vault;

namespace LocalAgent.Setup;

/// <summary>The key by which this machine reaches the remote: what <c>ssh</c> finds by itself in <c>~/.ssh</c>. Where there is none, one is made.</summary>
static class SshKey
{
    // In the order in which ssh tries them (ssh_config(5), IdentityFile).
    static readonly string[] Names = ["id_rsa", "id_ecdsa", "id_ed25519"];
    const string New = "id_ed25519";

    static string Folder => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh");

    /// <summary>The public half, one line; null where there is none.</summary>
    public static string? Public() => Names.Reverse().Select(n => Path.Combine(Folder, n + ".pub")).Where(File.Exists).Select(Line).FirstOrDefault(l => l is not null);

    static string? Line(string file) =>
        File.ReadLines(file).FirstOrDefault()?.Trim() is { } line && line.Split(' ') is [var type, var key, ..] && !type.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-@.") && IsBase64(key)
            ? $"{type} {key} {string.Concat((line.Split(' ', 3) is [_, _, var remark] ? remark : "").Where(c => char.IsAsciiLetterOrDigit(c) || c is '@' or '.' or '-' or '_'))}".TrimEnd() : null;

    static bool IsBase64(string text) => text.Length > 40 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=');

    /// <returns>The public half.</returns>
    /// <exception cref="Refusal">There is none, and it can't be made.</exception>
    public static string Make()
    {
        if (Public() is { } there) return there;
        var file = Path.Combine(Folder, New);
        if (!Directory.Exists(Folder))
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Folder);
            else Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        var why = "";
        try
        {
            using var made = Process.Start(new ProcessStartInfo("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]) { RedirectStandardError = true, RedirectStandardInput = true })!;
            made.StandardInput.Close();
            why = made.StandardError.ReadToEnd().Trim();
            made.WaitForExit();
        }
        catch (Win32Exception e) { why = e.Message; }
        return Public() ?? throw new Refusal(ExitCode.Failed, $"ssh-keygen made no key at {file}: {why}", "install OpenSSH's client, or make a key yourself, and begin again");
    }
}
