using System.Globalization;
using Microsoft.Extensions.Configuration;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>A machine's configuration with its defaults, checked. How an account sends is LocalAgent's: it reads <see cref="Section"/> itself.</summary>
public sealed class Settings
{
    readonly IConfiguration configuration;

    /// <summary>The vault.toml that was read; null where there is none.</summary>
    public string? File { get; }

    public string Vault { get; }
    public string State { get; }

    /// <summary>Null where this machine is alone.</summary>
    public string? Remote { get; }

    public Secrets Secrets { get; }
    public TimeSpan SyncInterval { get; }
    public TimeSpan Debounce { get; }
    public TimeSpan FirstMail { get; }
    public long MaxMail { get; }
    /// <summary>How often a mailbox is asked that can't tell of new mail by itself.</summary>
    public TimeSpan Poll { get; }

    /// <summary>The same for Gmail and Graph, where asking whether there is anything costs a few hundred octets.</summary>
    public TimeSpan ApiPoll { get; }

    public TimeSpan Settle { get; }
    public TimeSpan ApprovalLife { get; }
    public bool SendOffline { get; }
    public IReadOnlyList<Account> Accounts { get; }
    public HealthSettings Health { get; }
    public AlertSettings Alerts { get; }

    /// <summary>Null where no model drafts on this machine.</summary>
    public ModelSettings? Model { get; }

    /// <param name="file">As <see cref="Configuration.Find"/> gives it.</param>
    /// <exception cref="Refusal">A value that is not what it should be; exit code 78.</exception>
    public Settings(string? file, Zone zone)
    {
        File = file;
        configuration = Configuration.Load(file);
        Vault = FullPath(Text("vault", "~/Platinum"));
        State = Text("state", "") is { Length: > 0 } state ? FullPath(state) : DefaultState(zone);
        Remote = Text("remote", "") is { Length: > 0 } remote ? remote.StartsWith('~') ? FullPath(remote) : remote : null;
        Secrets = new(Text("secrets", "") is { Length: > 0 } secrets ? FullPath(secrets)
            : Path.Combine(file is null ? Configuration.UserDirectory() : Path.GetDirectoryName(file)!, "secrets.json"));
        SyncInterval = Time("sync:interval", "5m", least: 1);
        Debounce = Time("sync:debounce", "2s");
        FirstMail = TimeSpan.FromDays(Number("mail:first_days", 3, 0, 36_500));
        MaxMail = Size("mail:max_size", "25 MB");
        Poll = Time("mail:poll", "1m", least: 1);
        ApiPoll = Time("mail:poll", "30s", least: 1);
        Settle = Time("approve:settle", "3s");
        ApprovalLife = Time("approve:expires", "7d", least: 1);
        SendOffline = Flag("send:offline");
        Accounts = [.. configuration.GetSection("account").GetChildren().Select(ReadAccount)];
        if (Accounts.GroupBy(a => a.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Bad("account:name", $"'{twice.Key}' is the name of two accounts", "give each its own");
        Health = new(this);
        Alerts = new(this, zone);
        Model = ModelSettings.Read(this);
    }

    /// <summary>An account's raw section, by its name.</summary>
    public IConfigurationSection Section(Account account) =>
        configuration.GetSection("account").GetChildren().First(s => s["name"] == account.Name);

    static Account ReadAccount(IConfigurationSection section)
    {
        var name = section["name"] ?? "";
        if (name.Length is 0 or > 32 || name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-"))
            throw Bad("account:name", $"'{name}' is not a name for an account", "use a short word of small letters, digits and hyphens");
        var address = section["address"] ?? "";
        if (!LooksLikeAddress(address)) throw Bad("account:address", $"'{address}' is not an address", "write it as you@example.com");
        var aliases = section.GetSection("aliases").GetChildren().Select(a => a.Value ?? "").ToList();
        foreach (var alias in aliases)
            if (!LooksLikeAddress(alias)) throw Bad("account:aliases", $"'{alias}' is not an address", "write it as you@example.com");
        return new()
        {
            Name = name,
            Address = address,
            DisplayName = section["display_name"] ?? "",
            Aliases = aliases,
            Inbox = ReadInbox(section, name, address),
        };
    }

    static InboxSource? ReadInbox(IConfigurationSection section, string name, string address) => (section["inbox"] ?? "") switch
    {
        "" => null,
        "imap" => new InboxSource.Imap(Server(section.GetSection("imap"), "imap-" + name, address, Provider.Of(address)?.Imap, 993, "tls"), section["imap:mailbox"] is { Length: > 0 } mailbox ? mailbox : "INBOX",
            section["imap:accept_send_capable"] is { Length: > 0 } accepts && ParseFlag("account:imap:accept_send_capable", accepts))
        {
            Also = Others(section),
        },
        "gmail" => new InboxSource.Gmail(OAuthSettings.Read(section, OAuthService.Gmail)),
        "graph" => new InboxSource.Graph(OAuthSettings.Read(section, OAuthService.Graph)),
        var spec when Kind(spec, "maildir:") is { } path => new InboxSource.Maildir(path),
        var spec when Kind(spec, "folder:") is { } path => new InboxSource.Folder(path),
        var other => throw Bad("account:inbox", $"'{other}' is not an inbox", "use \"imap\", \"gmail\", \"graph\", \"maildir:PATH\" or \"folder:PATH\""),
    };

    static string[] Others(IConfigurationSection section)
    {
        string[] also = [.. section.GetSection("imap:also").GetChildren().Select(m => m.Value ?? "")];
        var first = section["imap:mailbox"] is { Length: > 0 } mailbox ? mailbox : "INBOX";
        if (also.Contains("")) throw Bad("account:imap:also", "'' is no mailbox", "name each other mailbox once, such as [\"Support\"]");
        return also.Append(first).GroupBy(m => m, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw Bad("account:imap:also", $"'{twice.Key}' is read already", "name each other mailbox once, such as [\"Support\"]")
            : also;
    }

    /// <summary>The path behind <c>maildir:</c> or the like; null where the text begins otherwise.</summary>
    public static string? Kind(string spec, string prefix) =>
        spec.StartsWith(prefix, StringComparison.Ordinal) && spec.Length > prefix.Length ? FullPath(spec[prefix.Length..]) : null;

    /// <summary>Reads host, port, protection, user, password's name and ca_file.</summary>
    /// <param name="known">The host where none is given; null: one must be.</param>
    public static MailServer Server(IConfigurationSection section, string secret, string user, string? known, int port, string protection)
    {
        var key = section.Path;
        var host = section["host"] is { Length: > 0 } h ? h : known ?? throw Bad($"{key}:host", "no host is given", "write your provider's server name");
        var wanted = section["protection"] is { Length: > 0 } p ? p : protection;
        return new(
            host,
            section["port"] is { Length: > 0 } text ? ParseNumber($"{key}:port", text, 1, 65535) : port,
            wanted switch
            {
                "tls" => Protection.Tls,
                "starttls" => Protection.StartTls,
                "none" when MailServer.IsLoopback(host) => Protection.None,
                "none" => throw Bad($"{key}:protection", $"'none' is for a server on this machine, and {host} is not", "use \"tls\" or \"starttls\""),
                _ => throw Bad($"{key}:protection", $"'{wanted}' is not a protection", "use \"tls\" or \"starttls\""),
            },
            section["user"] is { Length: > 0 } u ? u : user,
            section["password"] is { Length: > 0 } s ? s : secret,
            section["ca_file"] is { Length: > 0 } ca ? FullPath(ca) : null);
    }

    static string DefaultState(Zone zone)
    {
        // systemd makes one for the unit; several are separated by colons (systemd.exec(5)).
        if (Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } given) return given.Split(':')[0];
        var home = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } xdg ? xdg
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : FullPath("~/.local/state");
        return Path.Combine(home, "platinum", zone == Zone.Cloud ? "cloudagent" : "localagent");
    }

    /// <summary>Absolute, with ~ for the user's home.</summary>
    public static string FullPath(string path) =>
        Path.GetFullPath(path == "~" || path.StartsWith("~/", StringComparison.Ordinal) || OperatingSystem.IsWindows() && path.StartsWith(@"~\", StringComparison.Ordinal)
            ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..] : path);

    /// <summary>A value as it is written, for what only one of the programs knows; this and its kin read keys of <see cref="Configuration.Known"/>.</summary>
    public string Text(string key, string fallback) => configuration[key] is { Length: > 0 } text ? text : fallback;

    public IReadOnlyList<string> List(string key) => [.. configuration.GetSection(key).GetChildren().Select(c => c.Value ?? "")];

    bool Flag(string key) => ParseFlag(key, Text(key, "false"));

    public static bool ParseFlag(string key, string text) =>
        bool.TryParse(text, out var flag) ? flag : throw Bad(key, $"'{text}' is neither true nor false", "write true or false");

    public int Number(string key, int fallback, int least, int most) => ParseNumber(key, Text(key, fallback.ToString()), least, most);

    static int ParseNumber(string key, string text, int least, int most) =>
        int.TryParse(text, out var number) && number >= least && number <= most ? number
        : throw Bad(key, $"'{text}' is not a number from {least} to {most}", "correct it");

    /// <param name="least">In seconds: a timer of nothing would never rest.</param>
    /// <param name="most">In seconds.</param>
    public TimeSpan Time(string key, string fallback, double least = 0, double most = 366 * 86_400)
    {
        var text = Text(key, fallback).Trim();
        double? unit = text.Length < 2 ? null : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => null };
        return unit is { } seconds && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, null, out var count) && count * seconds >= least && count * seconds <= most
            ? TimeSpan.FromSeconds(count * seconds)
            : throw Bad(key, $"'{text}' is not a time" + (least > 0 ? $" of {least} s or more" : most < 366 * 86_400 ? $" of {most} s or less" : ""), "write it as 90s, 5m, 2h or 7d");
    }

    long Size(string key, string fallback)
    {
        var text = Text(key, fallback);
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long? unit = parts.Length != 2 ? null : parts[1].ToUpperInvariant() switch { "KB" => 1024, "MB" => 1024 * 1024, _ => null };
        return unit is { } octets && int.TryParse(parts[0], out var count) && count is > 0 and <= 1_000_000
            ? count * octets : throw Bad(key, $"'{text}' is not a size", "write it as 64 KB or 25 MB");
    }

    static bool LooksLikeAddress(string text) =>
        text.IndexOf('@') is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or ',');

    public static Refusal Bad(string key, string what, string hint) =>
        new(ExitCode.BadConfiguration, $"vault.toml, {string.Join('.', key.Split(':').Where(p => !int.TryParse(p, out _)))}: {what}", hint);
}
