namespace LocalAgent.Importing;

/// <summary>
/// What <c>.env</c> files of the older layout say, in this program's words. The owner's machine's own file goes before the always-on machine's, and both before the common one. A value that is a
/// secret is in <see cref="Secrets"/> and nowhere else; names that nobody knows are listed by their name alone.
/// </summary>
sealed class OldSettings
{
    static readonly string[] Files = [".env.local", ".env.cloud", ".env"];

    static readonly string[] AddressNames = ["EMAIL_ADDRESS", "OWNER_EMAIL", "EMAIL", "MAIL_ADDRESS", "GMAIL_ADDRESS", "GMAIL_USER", "EMAIL_USER", "EMAIL_USERNAME", "FROM_EMAIL", "EMAIL_FROM", "IMAP_USER", "IMAP_USERNAME", "SMTP_USER", "SMTP_USERNAME"];
    static readonly string[] BothPasswords = ["EMAIL_PASSWORD", "EMAIL_PASS", "MAIL_PASSWORD", "EMAIL_APP_PASSWORD", "GMAIL_APP_PASSWORD", "GMAIL_PASSWORD", "APP_PASSWORD"];

    // Of the old programs' own making: where things lay, how often they looked.
    static readonly string[] NotNeeded = ["VAULT_PATH", "VAULT_DIR", "OBSIDIAN_VAULT_PATH", "LOG_LEVEL", "AGENT_NAME", "AGENT_ID", "AGENT_ROLE", "AGENT_MODE", "ZONE", "WORK_ZONE", "PLATFORM", "ENVIRONMENT", "NODE_ENV", "DEBUG", "TZ", "GIT_BRANCH", "GIT_USER_NAME", "GIT_USER_EMAIL"];

    // A token of another program's may do more than this one's should, and nothing in it tells.
    static readonly string[] AskedAnew = ["GMAIL_REFRESH_TOKEN", "GOOGLE_REFRESH_TOKEN", "GMAIL_ACCESS_TOKEN", "GMAIL_TOKEN", "GMAIL_TOKEN_PATH", "GMAIL_TOKEN_FILE", "GMAIL_CREDENTIALS", "GMAIL_CREDENTIALS_PATH", "GMAIL_CREDENTIALS_FILE"];

    readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    readonly HashSet<string> used = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Read { get; private init; } = [];
    public string Address { get; private set; } = "";
    public string DisplayName { get; private set; } = "";
    public Host? Imap { get; private set; }
    public Host? Smtp { get; private set; }
    public string ClientId { get; private set; } = "";
    public string Remote { get; private set; } = "";

    /// <summary>As vault.toml's <c>sync.interval</c>; empty: not said.</summary>
    public string Interval { get; private set; } = "";

    /// <summary>The old programs were told to act on nothing.</summary>
    public bool Shadow { get; private set; }

    public string ModelKind { get; private set; } = "";
    public string ModelName { get; private set; } = "";
    public string ModelUrl { get; private set; } = "";

    /// <summary>By a word of this program's for each: <c>imap</c>, <c>smtp</c>, <c>google-client</c>, <c>model</c>, <c>remote</c>.</summary>
    public Dictionary<string, string> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>Names and why they were left: never a value.</summary>
    public List<(string Name, string Why)> Left { get; } = [];

    /// <summary>What became of which names, for people.</summary>
    public List<(string Name, string Became)> Taken { get; } = [];

    /// <summary>Everything that is anybody's secret, taken or not: it must not get into the vault with some other file.</summary>
    public List<string> Hidden { get; } = [];

    /// <summary>A server and a user; port 0: not said.</summary>
    public sealed record Host(string Name, int Port, string User);

    public static OldSettings None => new();

    /// <summary>The files of a folder; where it has none, those of the folder above, where the old programs lay beside their vault.</summary>
    public static OldSettings Of(string vault)
    {
        var folder = new[] { vault, Path.GetDirectoryName(Path.GetFullPath(vault).TrimEnd(Path.DirectorySeparatorChar)) ?? vault }
            .FirstOrDefault(f => Files.Any(n => File.Exists(Path.Combine(f, n))));
        if (folder is null) return None;
        string[] files = [.. Files.Select(n => Path.Combine(folder, n)).Where(File.Exists)];
        var settings = new OldSettings { Read = files };
        foreach (var file in files)
            foreach (var (name, value) in EnvFile.Read(file))
                if (!IsPlaceholder(value)) settings.values.TryAdd(name, value);
        settings.Understand();
        return settings;
    }

    void Understand()
    {
        Address = Take("account.address", a => a.IndexOf('@') > 0 && MimeKit.MailboxAddress.TryParse(a, out _), AddressNames);
        if (MimeKit.MailboxAddress.TryParse(Address, out var parsed)) Address = parsed.Address;
        DisplayName = Take("account.display_name", null, "EMAIL_NAME", "FROM_NAME", "EMAIL_FROM_NAME", "SENDER_NAME", "DISPLAY_NAME", "OWNER_NAME");
        Imap = Server("imap", ["IMAP_HOST", "IMAP_SERVER"], ["IMAP_PORT"], ["IMAP_USER", "IMAP_USERNAME"]);
        Smtp = Server("smtp", ["SMTP_HOST", "SMTP_SERVER"], ["SMTP_PORT"], ["SMTP_USER", "SMTP_USERNAME"]);
        Secret("imap", ["IMAP_PASSWORD", "IMAP_PASS", .. BothPasswords]);
        Secret("smtp", ["SMTP_PASSWORD", "SMTP_PASS", .. BothPasswords]);
        ClientId = Take("account.oauth.client_id", null, "GMAIL_CLIENT_ID", "GOOGLE_CLIENT_ID");
        Secret("google-client", ["GMAIL_CLIENT_SECRET", "GOOGLE_CLIENT_SECRET"]);
        Model();
        RemoteOf(Take("remote", null, "GIT_REMOTE", "GIT_REMOTE_URL", "VAULT_REMOTE", "VAULT_REPO", "VAULT_GIT_REMOTE", "SYNC_REMOTE"));
        Interval = Time(Take("sync.interval", v => Time(v).Length > 0, "SYNC_INTERVAL", "SYNC_INTERVAL_SECONDS", "GIT_SYNC_INTERVAL"));
        Shadow = Take("send.mode = \"shadow\"", v => v.ToLowerInvariant() is "true" or "1" or "yes", "DRY_RUN").Length > 0;
        foreach (var (name, value) in values)
        {
            if (LooksSecret(name) && value.Length >= 6) Hidden.Add(value);
            if (used.Contains(name) || NotNeeded.Contains(name) || name == "DRY_RUN") continue;
            Left.Add((name, AskedAnew.Contains(name) ? "a new token is made with 'localagent login gmail'" : "not known here"));
        }
    }

    void Model()
    {
        var (claude, other) = (Find("ANTHROPIC_API_KEY", "CLAUDE_API_KEY"), Find("OPENAI_API_KEY", "OPENROUTER_API_KEY", "GROQ_API_KEY"));
        if (claude is null && other is null) return;
        string[] keys = claude is not null ? ["ANTHROPIC_API_KEY", "CLAUDE_API_KEY"] : ["OPENAI_API_KEY", "OPENROUTER_API_KEY", "GROQ_API_KEY"];
        var kind = claude is not null ? "anthropic" : "openai";
        Secret("model", keys);
        ModelName = Take("model.name", null, claude is not null ? ["ANTHROPIC_MODEL", "CLAUDE_MODEL", "MODEL_NAME", "MODEL"] : ["OPENAI_MODEL", "OPENROUTER_MODEL", "GROQ_MODEL", "MODEL_NAME", "MODEL"]);
        // Without its name there is no asking it: the key is kept, and rules draft.
        if (ModelName.Length == 0) return;
        ModelKind = kind;
        ModelUrl = Take("model.url", v => Uri.TryCreate(v, UriKind.Absolute, out var uri) && uri.Scheme == "https" && uri.UserInfo.Length == 0, claude is not null ? ["ANTHROPIC_BASE_URL"] : ["OPENAI_BASE_URL", "OPENAI_API_BASE"]);
    }

    Host? Server(string kind, string[] hosts, string[] ports, string[] users)
    {
        var host = Take($"account.{kind}.host", Setup.Hosts.IsName, hosts);
        if (host.Length == 0) return null;
        var port = Take($"account.{kind}.port", v => int.TryParse(v, out var n) && n is > 0 and <= 65535, ports);
        var user = Take($"account.{kind}.user", null, users);
        return new(host, port.Length == 0 ? 0 : int.Parse(port), user == Address ? "" : user);
    }

    // A password in an address would stand in vault.toml, and on the screen.
    void RemoteOf(string remote)
    {
        if (Uri.TryCreate(remote, UriKind.Absolute, out var uri) && uri.UserInfo.IndexOf(':') is >= 0 and var colon)
        {
            var password = Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]);
            if (password.Length > 0) Secrets["remote"] = password;
            Hidden.Add(password);
            remote = new UriBuilder(uri) { Password = "" }.Uri.ToString();
        }
        Remote = remote;
    }

    string? Find(params IEnumerable<string> names) => names.FirstOrDefault(values.ContainsKey);

    /// <summary>The first of the names that has a value that will do; empty where none has.</summary>
    string Take(string became, Func<string, bool>? fits, params IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (!values.TryGetValue(name, out var value) || value.Any(char.IsControl) || fits?.Invoke(value) == false) continue;
            if (used.Add(name)) Taken.Add((name, became));
            return value;
        }
        return "";
    }

    void Secret(string secret, IReadOnlyList<string> names)
    {
        if (Take($"the secret {secret}", null, names) is not { Length: > 0 } value) return;
        Secrets[secret] = value;
        Hidden.Add(value);
    }

    // Seconds where no unit is written, as the old programs had it.
    static string Time(string text) => int.TryParse(text, out var seconds) && seconds is >= 1 and <= 86_400 ? $"{seconds}s"
        : text.Length > 1 && text[^1] is 's' or 'm' or 'h' && int.TryParse(text[..^1], out var count) && count is > 0 and <= 1440 ? text : "";

    static bool LooksSecret(string name) => new[] { "PASSWORD", "PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL" }.Any(w => name.Contains(w, StringComparison.Ordinal));

    static bool IsPlaceholder(string value) => value.Length == 0 || value.Contains("changeme", StringComparison.OrdinalIgnoreCase) || value.StartsWith('<') && value.EndsWith('>')
        || value.StartsWith("your", StringComparison.OrdinalIgnoreCase) && value.Length > 4 && value[4] is '-' or '_' || value.All(c => c is 'x' or 'X' or '*' or '.');
}
