using LocalAgent.Importing;
using VaultKit.Agent;
using VaultKit.Mail;

namespace LocalAgent.Setup;

/// <summary>The questions about one account. Of the large providers its address is enough; of an account that there is, what is left empty stays.</summary>
sealed class AccountInterview(Questions questions, Settings? now, Given given, OldSettings before, string address, bool isReadElsewhere)
{
    static readonly string[] Microsoft = ["outlook.office365.com"];

    readonly Account? there = now?.Accounts.FirstOrDefault(a => a.Owns(address));
    readonly Provider? provider = Provider.Of(address);

    public AccountAnswer Ask()
    {
        var name = there?.Name ?? NewName();
        var display = questions.Ask("The name beside it", there?.DisplayName ?? before.DisplayName, given.Name, (string text, out string why) =>
        {
            why = "a name without < > \" and the like";
            return text.Length <= 100 && !text.AsSpan().ContainsAny("<>\"\\") ? text : null;
        });
        if (provider?.Password is { Length: > 0 } hint) Console.Error.WriteLine($"  {hint}.");
        var read = questions.Ask("How its mail is read: imap (with a password), gmail or graph (Google's or Microsoft's own interface, with a token that only reads)", ReadNow() ?? Usual(), given.Inbox, ReadAs);
        var isElsewhere = isReadElsewhere && read is "imap" or "gmail" or "graph" && questions.Ask("Is it read by the machine that is always on, and not here", there is null || there.Inbox is null);
        var outbox = now is not null && there is not null ? now.Section(there)["outbox"] ?? "" : read switch { "gmail" => "gmail", "imap" or "graph" => "smtp", _ => "maildir:" + Path.Combine(read[(read.IndexOf(':') + 1)..], "..", "outbox") };
        if (outbox.StartsWith("maildir:", StringComparison.Ordinal)) outbox = "maildir:" + Settings.FullPath(outbox[8..]);
        var imap = read == "imap" ? AskServer("imap", "IMAP", before.Imap, given.Imap, provider?.Imap) : null;
        var smtp = outbox == "smtp" ? AskServer("smtp", "SMTP", before.Smtp, given.Smtp, provider?.Smtp) : null;
        var clientId = read is "gmail" or "graph" ? AskClient(read) : "";
        var clientSecret = read == "gmail" ? Secret("Its client secret", "google-client", "google-client") : "";
        var readPassword = read == "imap" ? Secret("Password", "imap", "imap-" + name) : "";
        var sendPassword = outbox != "smtp" ? "" : Secret("Password for sending, if it is another one", "smtp", "smtp-" + name);
        // The same for both, as nearly everywhere.
        if (sendPassword.Length == 0 && outbox == "smtp" && readPassword.Length > 0 && (there is null || IsMissing("smtp-" + name))) sendPassword = readPassword;
        return new(name, address, display, read, isElsewhere ? "" : read, outbox, imap, smtp, clientId, readPassword, sendPassword, clientSecret);
    }

    string Usual() => provider is not null && Microsoft.Contains(provider.Imap) ? "graph" : "imap";

    string? ReadNow() => there?.Inbox switch
    {
        InboxSource.Imap => "imap",
        InboxSource.Gmail => "gmail",
        InboxSource.Graph => "graph",
        InboxSource.Maildir maildir => "maildir:" + maildir.Path,
        InboxSource.Folder folder => "folder:" + folder.Path,
        _ => null,
    };

    static string? ReadAs(string text, out string why)
    {
        why = "answer imap, gmail or graph; to try it out, maildir:PATH or folder:PATH";
        return text is "imap" or "gmail" or "graph" ? text
            : Settings.Kind(text, "maildir:") is { } maildir ? "maildir:" + maildir : Settings.Kind(text, "folder:") is { } folder ? "folder:" + folder : null;
    }

    /// <summary>The first is main, as setup-vm calls it; another by its address.</summary>
    string NewName()
    {
        if (now is null || now.Accounts.Count == 0) return "main";
        var name = string.Concat(address[..address.IndexOf('@')].ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        name = name.Length is 0 ? "mail" : name[..Math.Min(name.Length, 24)].Trim('-');
        var free = name;
        for (var n = 2; now.Accounts.Any(a => a.Name == free); n++) free = $"{name}-{n}";
        return free;
    }

    ServerAnswer? AskServer(string kind, string shown, OldSettings.Host? old, string? asked, string? known)
    {
        var section = now is not null && there is not null ? now.Section(there).GetSection(kind) : null;
        var written = section?["host"] is { Length: > 0 } host ? new ServerAnswer(host, section["port"] is { Length: > 0 } port && int.TryParse(port, out var number) ? number : 0, section["user"] ?? "") : null;
        var earlier = written ?? (old is null ? null : new ServerAnswer(old.Name, old.Port, old.User));
        // Of a large provider nothing need be asked, unless something else was said once.
        if (known is not null && asked is null && (earlier is null || earlier.Host == known)) return null;
        var server = ServerAnswer.Parse(questions.Ask($"Its {shown} server", earlier?.ToString() ?? $"{kind}.{address[(address.IndexOf('@') + 1)..]}", asked, (string text, out string why) => ServerAnswer.Parse(text, out why)?.ToString()), out _)!;
        return server with { User = earlier?.User ?? "" };
    }

    string AskClient(string service)
    {
        var written = now is not null && there is not null ? now.Section(there)["oauth:client_id"] ?? "" : before.ClientId;
        return questions.Ask($"The client id of your own app at {(service == "gmail" ? "Google" : "Microsoft")} (the README has the steps)", written, null, (string text, out string why) =>
        {
            why = "without one no token can be asked for: the README has the steps. Begin again and answer imap, if you would rather have a password";
            return text.Length > 0 ? text : null;
        });
    }

    string Secret(string question, string old, string name)
    {
        var had = before.Secrets.GetValueOrDefault(old, "");
        var typed = questions.Secret(question, had.Length > 0 ? "from .env" : !IsMissing(name) ? "as it is" : "");
        return typed.Length > 0 ? typed : had;
    }

    bool IsMissing(string name) => now?.Secrets.Find(name) is null;
}
