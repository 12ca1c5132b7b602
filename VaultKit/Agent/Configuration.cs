using Microsoft.Extensions.Configuration;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>Finds and layers a machine's configuration: <c>vault.toml</c>, <c>vault.local.json</c> beside it, the environment. It never lies in a vault.</summary>
public static class Configuration
{
    const string EnvironmentPrefix = "PLATINUM__";

    /// <summary>Every key there is, a number in it written as *. vault.toml at the top level explains them.</summary>
    internal static readonly string[] Known =
    [
        "vault", "state", "remote", "secrets", "drop", "owners", "owners:*",
        "sync:interval", "sync:debounce",
        "mail:first_days", "mail:max_size", "mail:poll",
        "approve:settle", "approve:undo", "approve:expires",
        "send:mode", "send:per_hour", "send:per_day", "send:quiet", "send:offline",
        "social:networks", "social:networks:*",
        "health:listen",
        "alerts:ntfy", "alerts:slack", "alerts:webhook", "alerts:mail", "alerts:desktop", "alerts:dead_man", "alerts:oldest",
        "backup:folder", "backup:keep", "backup:recipients", "backup:recipients:*", "backup:identity",
        "model:kind", "model:url", "model:name", "model:key", "model:program", "model:program:*", "model:timeout", "model:max_tokens",
        "model:tokens_per_day", "model:money_per_day", "model:price_in", "model:price_out",
        "account:*:name", "account:*:address", "account:*:display_name", "account:*:aliases", "account:*:aliases:*",
        "account:*:inbox", "account:*:outbox", "account:*:server_saves_sent",
        .. Server("imap"), "account:*:imap:mailbox", "account:*:imap:also", "account:*:imap:also:*", "account:*:imap:sent", "account:*:imap:accept_send_capable",
        .. Server("smtp"),
        "account:*:oauth:client_id", "account:*:oauth:client_secret", "account:*:oauth:token", "account:*:oauth:api", "account:*:oauth:auth",
    ];

    static IEnumerable<string> Server(string kind) =>
        new[] { "host", "port", "protection", "user", "password", "ca_file" }.Select(k => $"account:*:{kind}:{k}");

    /// <summary>Where the configuration is looked for when nobody says where.</summary>
    public static IEnumerable<string> Places()
    {
        yield return Path.Combine(UserDirectory(), "vault.toml");
        if (!OperatingSystem.IsWindows()) yield return "/etc/platinum/vault.toml";
    }

    /// <summary>This user's own directory for configuration (XDG Base Directory Specification).</summary>
    public static string UserDirectory() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "platinum");

    /// <summary>The file that <c>--config</c> or <c>$PLATINUM_CONFIG</c> name, else the first that exists; null where there is none.</summary>
    /// <exception cref="Refusal">A file was named and is not there.</exception>
    public static string? Find(string? named)
    {
        var asked = named ?? (Environment.GetEnvironmentVariable("PLATINUM_CONFIG") is { Length: > 0 } path ? path : null);
        if (asked is null) return Places().FirstOrDefault(File.Exists);
        return File.Exists(asked) ? Path.GetFullPath(asked)
            : throw new Refusal(ExitCode.BadConfiguration, $"there is no configuration at {asked}", "'localagent init DIR --config FILE' writes one");
    }

    /// <exception cref="Refusal">A layer can't be read, or has a key that nobody knows.</exception>
    public static IConfigurationRoot Load(string? file)
    {
        var builder = new ConfigurationBuilder();
        try
        {
            if (file is not null)
            {
                builder.Add(new TomlSource(file));
                var json = Path.Combine(Path.GetDirectoryName(file)!, "vault.local.json");
                if (File.Exists(json)) builder.AddJsonFile(json, optional: false);
            }
            builder.AddEnvironmentVariables(EnvironmentPrefix);
            var configuration = builder.Build();
            foreach (var (key, value) in configuration.AsEnumerable())
                if (value is not null) CheckKnown(key, file);
            return configuration;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new Refusal(ExitCode.BadConfiguration, $"the configuration can't be read: {e.Message}", "correct the file, or name another with --config", e);
        }
    }

    static void CheckKnown(string key, string? file)
    {
        var shape = string.Join(':', key.Split(':').Select(part => int.TryParse(part, out _) ? "*" : part.ToLowerInvariant()));
        if (Known.Contains(shape)) return;
        var nearest = Known.MinBy(known => Distance(shape, known))!;
        throw new Refusal(ExitCode.BadConfiguration, $"{file ?? "the environment"}: there is no key '{Shown(key)}'", $"did you mean '{Shown(nearest)}'?");
    }

    // As the owner writes it: sync.interval, account.smtp.host.
    static string Shown(string key) => string.Join('.', key.Split(':').Where(part => part != "*" && !int.TryParse(part, out _)));

    /// <summary>Edit distance (Levenshtein): how many letters to add, drop or change.</summary>
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
