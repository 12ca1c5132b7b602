using System.Security.Cryptography;
using VaultKit.Mail;

namespace LocalAgent.Setup;

/// <summary>What is to be run so that the machine that is always on becomes CloudAgent's: <c>systemd/setup-vm</c>, called with what this machine knows. No secret is in it.</summary>
static class VmCommand
{
    /// <summary>The account of the vault's repository there, as setup-vm makes it.</summary>
    public static string Remote(string host, int port) => $"ssh://vault@{Bracketed(host)}{(port is 0 or 22 ? "" : $":{port}")}/~/vault.git";

    /// <summary>The file that goes to the VM where an address alone would not do.</summary>
    public static string FileFor(string configuration) => Path.Combine(Path.GetDirectoryName(configuration)!, "cloud.toml");

    public static string Text(VmAnswer cloud, AccountAnswer? account, string ownersKey, string? configuration)
    {
        // The folder in which the programs were found: the command is run there.
        var program = Path.Combine(AppContext.BaseDirectory, "cloudagent");
        var sum = File.Exists(program) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(program))) : null;
        var ssh = cloud.Port is 0 or 22 ? ("", "") : ($"-P {cloud.Port} ", $"-p {cloud.Port} ");
        var copied = $"systemd {(sum is null ? "cloudagent" : Word(program))}{(configuration is null ? "" : " " + Word(configuration))}";
        var command = $"scp {ssh.Item1}-r {copied} {Login(cloud)}: && ssh {ssh.Item2}-t {cloud.Login} sudo systemd/setup-vm --binary cloudagent";
        if (sum is not null) command += $" --sha256 {sum}";
        if (configuration is not null) command += $" --config {Path.GetFileName(configuration)}";
        else if (account is not null)
        {
            command += $" --account {Twice(account.Address)}";
            if (account.DisplayName.Length > 0) command += $" --display-name {Twice(account.DisplayName)}";
            if (account.Imap is { } imap && Provider.Of(account.Address) is null) command += $" --imap-host {imap.Host}";
            if (cloud.AcceptsSendCapable) command += " --accept-send-capable";
        }
        return command + $" --owner-key {Twice(ownersKey)}";
    }

    /// <summary>The vault.toml of the VM, with the three places that setup-vm makes.</summary>
    public static string Configuration(AccountAnswer account, bool acceptsSendCapable)
    {
        var toml = new TomlLines("""
            # For the machine that is always on: systemd/setup-vm --config takes it. There is no secret in it.
            vault = "/var/lib/cloudagent/vault"
            state = "/var/lib/cloudagent/state"
            remote = "ssh://vault@localhost/~/vault.git"
            """);
        void Set(string below, string key, string value) => toml.SetAccount("main", below, key, Starter.StarterVault.Quote(value));
        Set("", "address", account.Address);
        if (account.DisplayName.Length > 0) Set("", "display_name", account.DisplayName);
        Set("", "inbox", account.Read);
        if (account.Imap is { } imap)
        {
            Set("imap", "host", imap.Host);
            if (imap.Port is not (0 or 993))
            {
                toml.SetAccount("main", "imap", "port", $"{imap.Port}");
                if (imap.Port == 143) Set("imap", "protection", "starttls");
            }
            if (imap.User.Length > 0) Set("imap", "user", imap.User);
        }
        if (account.Read == "imap" && acceptsSendCapable) toml.SetAccount("main", "imap", "accept_send_capable", "true");
        if (account.ClientId.Length > 0) Set("oauth", "client_id", account.ClientId);
        if (account.ClientSecret.Length > 0) Set("oauth", "client_secret", "google-client");
        return toml.ToString();
    }

    /// <summary>Whether setup-vm's options say all that the VM must know.</summary>
    public static bool IsPlain(AccountAnswer account) => account.Read == "imap" && (account.Imap is null || account.Imap is { Port: 0 or 993, User: "" });

    static string Login(VmAnswer cloud) => cloud.Host.Contains(':') ? cloud.Login.Replace(cloud.Host, $"[{cloud.Host}]", StringComparison.Ordinal) : cloud.Login;

    static string Bracketed(string host) => host.Contains(':') ? $"[{host}]" : host;

    // One word for the shell here.
    static string Word(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '@' or '+') ? text : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    // ssh joins its arguments with blanks and gives them to the shell there: a word must be one for both.
    static string Twice(string text)
    {
        if (text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '@' or '+')) return text;
        var there = "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
        return there.AsSpan().IndexOfAny("\"$`\\!") < 0 ? $"\"{there}\"" : "'" + there.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }
}
