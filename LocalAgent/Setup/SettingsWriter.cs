using System.Text;
using LocalAgent.Starter;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Setup;

/// <summary>Makes a vault.toml and secrets of answers; of a file that is there already only what was asked is changed.</summary>
static class SettingsWriter
{
    /// <param name="before">Null where there is none yet.</param>
    public static string Text(Answers answers, string? before)
    {
        var toml = new TomlLines(before ?? StarterVault.Configuration(answers.Vault, answers.Remote));
        // As it is written there, which may be shorter than what it means.
        if (before is not null && answers.Remote != (Existing(answers)?.Remote ?? "")) toml.Set("", "remote", answers.Remote);
        if (answers.Before.Interval.Length > 0) toml.Set("sync", "interval", answers.Before.Interval);
        if (answers.Before.Shadow) toml.Set("send", "mode", "shadow");
        if (answers.Before.ModelKind.Length > 0)
        {
            toml.Set("model", "kind", answers.Before.ModelKind);
            toml.Set("model", "name", answers.Before.ModelName);
            if (answers.Before.ModelUrl.Length > 0) toml.Set("model", "url", answers.Before.ModelUrl);
        }
        if (answers.Account is { } account) Write(toml, account);
        return toml.ToString();
    }

    static void Write(TomlLines toml, AccountAnswer account)
    {
        void Set(string below, string key, string value) => toml.SetAccount(account.Name, below, key, StarterVault.Quote(value));
        Set("", "address", account.Address);
        if (account.DisplayName.Length > 0) Set("", "display_name", account.DisplayName);
        Set("", "inbox", account.Inbox);
        Set("", "outbox", account.Outbox);
        if (account.Imap is { } imap) Server("imap", imap, 993, imap.Port == 143 ? "starttls" : "tls");
        if (account.ClientId.Length > 0) Set("oauth", "client_id", account.ClientId);
        if (account.ClientSecret.Length > 0) Set("oauth", "client_secret", "google-client");
        if (account.Smtp is { } smtp) Server("smtp", smtp, 587, smtp.Port == 465 ? "tls" : "starttls");

        void Server(string kind, ServerAnswer server, int usual, string protection)
        {
            Set(kind, "host", server.Host);
            if (server.Port != 0 && server.Port != usual) toml.SetAccount(account.Name, kind, "port", $"{server.Port}");
            if (protection != (kind == "imap" ? "tls" : "starttls")) Set(kind, "protection", protection);
            if (server.User.Length > 0 && server.User != account.Address) Set(kind, "user", server.User);
        }
    }

    /// <summary>By their names in secrets.json.</summary>
    public static IReadOnlyList<(string Name, string Value)> Secrets(Answers answers)
    {
        var secrets = new List<(string, string)>();
        void Put(string name, string value) { if (value.Length > 0) secrets.Add((name, value)); }
        if (answers.Account is { } account)
        {
            Put("imap-" + account.Name, account.ReadPassword);
            Put("smtp-" + account.Name, account.SendPassword);
            Put("google-client", account.ClientSecret);
        }
        Put("model", answers.Before.Secrets.GetValueOrDefault("model", ""));
        Put("remote", answers.Before.Secrets.GetValueOrDefault("remote", ""));
        return secrets;
    }

    /// <summary>Writes both. The text is read as every program will read it before it takes the place of what was there. Durable when it returns.</summary>
    /// <returns>What is configured now.</returns>
    /// <exception cref="Refusal">It would not be a configuration, or not what was answered; nothing was changed.</exception>
    public static Settings Write(Answers answers)
    {
        var before = File.Exists(answers.File) ? File.ReadAllText(answers.File) : null;
        var text = Text(answers, before);
        var folder = Path.GetDirectoryName(answers.File)!;
        Durable.CreateDirectory(folder);
        var trial = Path.Combine(folder, Durable.TemporaryPrefix + "setup.toml");
        try
        {
            File.WriteAllText(trial, text, new UTF8Encoding(false));
            var read = new Settings(trial, Zone.Local);
            foreach (var account in read.Accounts) _ = Outbox.Read(read, account);
            if (read.Vault != answers.Vault || (read.Remote ?? "") != answers.Remote || answers.Account is { } wanted && read.Accounts.All(a => a.Name != wanted.Name || a.Address != wanted.Address))
                throw new Refusal(ExitCode.BadConfiguration, $"{answers.File} is written in a way that this program can't change", "change it by hand: vault, remote, and the [[account]]");
        }
        finally { File.Delete(trial); }
        // First the secrets: a configuration that is there without them would be one that fails.
        var settings = answers.File is var file && before is null ? new Secrets(Path.Combine(folder, "secrets.json")) : new Settings(file, Zone.Local).Secrets;
        foreach (var (name, value) in Secrets(answers))
            if (settings.Find(name) != value) settings.Put(name, value);
        if (text != before) Durable.Write(answers.File, Encoding.UTF8.GetBytes(text));
        return new Settings(answers.File, Zone.Local);
    }

    static Settings? Existing(Answers answers) => File.Exists(answers.File) ? new Settings(answers.File, Zone.Local) : null;
}
