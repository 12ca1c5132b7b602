using LocalAgent.Importing;
using LocalAgent.Starter;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Setup;

/// <summary>What the command line said already; null: it is asked.</summary>
sealed record Given(string? Import, string? Vault, string? Vm, string? Address, string? Name, string? Inbox, string? Imap, string? Smtp, bool? Autostart);

/// <summary>The questions, one after the other. Nothing is written here.</summary>
sealed class Interview(Questions questions, string file, Settings? now, Given given)
{
    public Answers Ask()
    {
        var old = AskImport();
        var before = old?.Settings ?? OldSettings.None;
        var vault = AskVault(old);
        var (remote, cloud) = AskRemote(before);
        var mayBegin = now is not null || remote.Length == 0 || !questions.Ask("Does it hold a vault already, of another machine of yours", false);
        var account = AskAccount(before, remote.Length > 0 && cloud is not null);
        if (cloud is not null && account is { Read: "imap" })
            cloud = cloud with { AcceptsSendCapable = questions.Ask("May the machine that is always on have the mailbox's password? Nearly every one can send mail, too; a token (gmail, graph) or a password that only reads can't", false) };
        var autostart = Autostart.Place is not null && questions.Ask("Start localagent whenever you log in", now is null || Autostart.IsThere, given.Autostart);
        return new(file, vault, remote, mayBegin, account, before, old, autostart, cloud);
    }

    OldVault? AskImport()
    {
        // Only a first time is it asked for: later it is an option.
        if (now is not null && given.Import is null) return null;
        var folder = questions.Ask("An older vault to take over, with its .env files (its folder; empty: none)", "", given.Import, (string text, out string why) =>
        {
            why = "";
            if (text.Length == 0) return "";
            var path = Settings.FullPath(text);
            return OldVault.WhyNot(path) is { } not && (why = not).Length > 0 ? null : path;
        });
        return folder.Length == 0 ? null : OldVault.Look(folder);
    }

    string AskVault(OldVault? old)
    {
        if (now is not null)
        {
            if (given.Vault is { } other && Settings.FullPath(other) != now.Vault) throw new Refusal(ExitCode.BadConfiguration, $"{file} is for the vault {now.Vault}", "give another one a configuration of its own: --config FILE");
            if (old is not null && Overlap(now.Vault, old.Root)) throw new Refusal(ExitCode.Usage, $"{old.Root} and {now.Vault} lie one in the other", "the older vault is only read: it has a folder of its own");
            Console.Error.WriteLine($"The vault is {Unseen.Show(now.Vault)}, as {Unseen.Show(file)} says; what you leave empty stays as it is.");
            return now.Vault;
        }
        return questions.Ask("Where the vault is to be, a folder that Obsidian opens", "~/Platinum", given.Vault, (string text, out string why) =>
        {
            var path = Settings.FullPath(text);
            why = old is not null && Overlap(path, old.Root) ? $"{path} and the older vault {old.Root} lie one in the other: the older one is only read, and this one needs a folder of its own"
                : File.Exists(path) ? $"{path} is a file"
                : Directory.Exists(path) && !File.Exists(Path.Combine(path, VaultFolder.ProtocolFile)) && Directory.EnumerateFileSystemEntries(path).Any(e => Path.GetFileName(e)[0] != '.') && OldVault.WhyNot(path) is null ? $"{path} is a vault of the older layout: name it above, and another folder here"
                : "";
            try { StarterVault.KeepApart(file, path); }
            catch (Refusal e) { why = e.Message; }
            return why.Length == 0 ? path : null;
        });
    }

    static bool Overlap(string a, string b)
    {
        static string Ended(string path) => path.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
        var comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return Ended(a).StartsWith(Ended(b), comparison) || Ended(b).StartsWith(Ended(a), comparison);
    }

    (string Remote, VmAnswer? Vm) AskRemote(OldSettings before)
    {
        var there = now?.Remote ?? before.Remote;
        VmAnswer? cloud = null;
        var remote = questions.Ask("The machine that is always on, as you log in to it (ubuntu@203.0.113.7), or a git remote of your own; '-': none, this machine alone", there.Length == 0 ? "-" : there, given.Vm, (string text, out string why) =>
        {
            why = "";
            cloud = null;
            if (text == "-") return "";
            if (text.Contains("://", StringComparison.Ordinal) || text[0] is '/' or '~' or '.' || text.Contains('\\') || text.Length > 1 && text[1] == ':' || IsScp(text)) return AsRemote(text, out why, out cloud);
            if (AsLogin(text) is not { } login)
            {
                why = $"'{text}' is no machine: write user@host, or a git remote such as ssh://you@host/~/vault.git";
                return null;
            }
            cloud = login;
            return VmCommand.Remote(login.Host, login.Port);
        });
        return (remote, cloud);
    }

    // user@host:path, as git has it; user@host:22 is a machine and its port.
    static bool IsScp(string text) => text.IndexOf(':') is > 0 and var colon && !int.TryParse(text[(colon + 1)..], out _) && text.Count(c => c == ':') == 1;

    static string? AsRemote(string text, out string why, out VmAnswer? cloud)
    {
        (why, cloud) = ("", null);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !text.Contains("://", StringComparison.Ordinal)) return text;
        if (uri.Scheme is not ("ssh" or "https" or "http" or "file")) why = $"'{uri.Scheme}' is no way to a remote: use ssh:// or https://";
        else if (uri.UserInfo.Contains(':')) why = "a password stands in it: leave that out; of an https remote it is the secret 'remote'";
        // One that setup-vm makes: its command is printed again.
        else if (Hosts.IsName(uri.Host) && VmCommand.Remote(uri.Host, uri.Port > 0 ? uri.Port : 0) == text) cloud = new($"ubuntu@{uri.Host}", uri.Host, uri.Port > 0 ? uri.Port : 0, false);
        return why.Length == 0 ? text : null;
    }

    static VmAnswer? AsLogin(string text)
    {
        var at = text.LastIndexOf('@');
        var (user, place) = at < 0 ? ("ubuntu", text) : (text[..at], text[(at + 1)..]);
        if (!Hosts.IsUser(user) || ServerAnswer.Parse(place, out _) is not { } server) return null;
        return new($"{user}@{server.Host}", server.Host, server.Port, false);
    }

    AccountAnswer? AskAccount(OldSettings before, bool isReadElsewhere)
    {
        var known = now?.Accounts ?? [];
        if (known.Count > 0) Console.Error.WriteLine($"Accounts: {Unseen.Show(string.Join(", ", known.Select(a => a.Address)))}");
        var address = questions.Ask(known.Count > 0 ? "A mail address to add or to change (empty: none)" : "Your mail address (empty: later)", known.Count > 0 ? "" : before.Address, given.Address, (string text, out string why) =>
        {
            why = $"'{text}' is not an address: write it as you@example.com";
            return text.Length == 0 || Approving.MailAddress.Read(text, out _) is { Name: null or "" } parsed && parsed.Address == text && text.All(char.IsAscii) ? text : null;
        });
        if (address.Length == 0) return null;
        return new AccountInterview(questions, now, given, before, address, isReadElsewhere).Ask();
    }
}
