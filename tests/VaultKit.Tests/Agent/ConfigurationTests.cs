using Microsoft.Extensions.Configuration;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

public class ConfigurationTests
{
    const string Account = "[[account]]\nname = \"main\"\naddress = \"jo@holz.example\"\n";

    static Settings Read(string toml, string? json = null)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["vault.toml"], toml);
        if (json is not null) File.WriteAllText(folder["vault.local.json"], json);
        return new(folder["vault.toml"], Zone.Cloud);
    }

    static async Task<Refusal> Refused(string toml, string? json = null)
    {
        var refusal = await Assert.That(() => Read(toml, json)).Throws<Refusal>();
        await Assert.That(refusal!.Code).IsEqualTo(ExitCode.BadConfiguration);
        return refusal;
    }

    [Test]
    [Arguments("[sync]\nintervall = \"5m\"\n", "sync.intervall", "sync.interval")]
    [Arguments("vualt = \"x\"\n", "vualt", "vault")]
    [Arguments(Account + "[account.imap]\nhots = \"x\"\n", "account.imap.hots", "account.imap.host")]
    [Arguments("[vault]\npath = \"x\"\n", "vault.path", "vault")]
    public async Task A_key_that_nobody_knows_is_refused_and_the_nearest_named(string toml, string key, string nearest)
    {
        var refusal = await Refused(toml);
        await Assert.That(refusal.Message).Contains($"'{key}'");
        await Assert.That(refusal.Hint).IsEqualTo($"did you mean '{nearest}'?");
    }

    [Test]
    public async Task An_account_is_read_once_for_each_of_its_mailboxes()
    {
        var account = Read(Account + "inbox = \"imap\"\n[account.imap]\nhost = \"x\"\nalso = [\"Support\", \"INBOX/Orders\"]\n").Accounts[0];
        await Assert.That(string.Join(' ', account.ByMailbox().Select(a => $"{a.Name}:{((InboxSource.Imap)a.Inbox!).Mailbox}"))).IsEqualTo("main:INBOX main:Support main:INBOX/Orders");
        foreach (var twice in new[] { "inbox", "a\", \"A", "" })
            await Refused(Account + $"inbox = \"imap\"\n[account.imap]\nhost = \"x\"\nalso = [\"{twice}\"]\n");
    }

    [Test]
    public async Task A_key_that_nobody_knows_is_refused_in_the_json_file_too() =>
        await Assert.That((await Refused("", """{"sync": {"intervl": "1m"}}""")).Hint).IsEqualTo("did you mean 'sync.interval'?");

    [Test]
    [NotInParallel]
    public async Task The_environment_goes_before_the_machine_s_file_and_that_before_the_toml()
    {
        const string toml = "remote = \"a\"\n[sync]\ninterval = \"1m\"\ndebounce = \"1s\"\n", json = """{"sync": {"interval": "2m", "debounce": "2s"}}""";
        Environment.SetEnvironmentVariable("PLATINUM__sync__interval", "3m");
        try
        {
            var settings = Read(toml, json);
            await Assert.That(settings.SyncInterval).IsEqualTo(TimeSpan.FromMinutes(3));
            await Assert.That(settings.Debounce).IsEqualTo(TimeSpan.FromSeconds(2));
            await Assert.That(settings.Remote).IsEqualTo("a");
            Environment.SetEnvironmentVariable("PLATINUM__sync__intervl", "3m");
            await Refused("");
        }
        finally
        {
            Environment.SetEnvironmentVariable("PLATINUM__sync__interval", null);
            Environment.SetEnvironmentVariable("PLATINUM__sync__intervl", null);
        }
        await Assert.That(Read(toml, json).SyncInterval).IsEqualTo(TimeSpan.FromMinutes(2));
    }

    [Test]
    [NotInParallel]
    public async Task A_file_that_is_named_must_be_there()
    {
        using var folder = new TemporaryFolder();
        var refusal = await Assert.That(() => Configuration.Find(folder["none.toml"])).Throws<Refusal>();
        await Assert.That((refusal!.Code, refusal.Message.Contains("none.toml"))).IsEqualTo((ExitCode.BadConfiguration, true));
        File.WriteAllText(folder["a.toml"], "");
        await Assert.That(Configuration.Find(folder["a.toml"])).IsEqualTo(folder["a.toml"]);
        Environment.SetEnvironmentVariable("PLATINUM_CONFIG", folder["other.toml"]);
        try
        {
            await Assert.That(() => Configuration.Find(null)).Throws<Refusal>();
            await Assert.That(Configuration.Find(folder["a.toml"])).IsEqualTo(folder["a.toml"]);
        }
        finally { Environment.SetEnvironmentVariable("PLATINUM_CONFIG", null); }
    }

    [Test]
    public async Task What_is_no_toml_is_refused_with_file_and_line()
    {
        var refusal = await Refused("vault = \"x\"\n\n[sync\ninterval = \"5m\"\n");
        await Assert.That(refusal.Message).Contains("vault.toml, line 3");
        await Assert.That((await Refused("", "{ no json")).Message).Contains("vault.local.json");
    }

    [Test]
    [Arguments("[sync]\ninterval = \"5\"\n", "sync.interval")]
    [Arguments("[sync]\ninterval = \"five m\"\n", "sync.interval")]
    [Arguments("[sync]\ninterval = \"-5m\"\n", "sync.interval")]
    [Arguments("[sync]\ninterval = \"0s\"\n", "sync.interval")]
    [Arguments("[sync]\ninterval = \"9999d\"\n", "sync.interval")]
    [Arguments("[sync]\ndebounce = \"NaNs\"\n", "sync.debounce")]
    [Arguments("[mail]\npoll = \"0s\"\n", "mail.poll")]
    [Arguments("[mail]\npoll = \"1 minute\"\n", "mail.poll")]
    [Arguments("[mail]\nfirst_days = -1\n", "mail.first_days")]
    [Arguments("[mail]\nmax_size = \"25\"\n", "mail.max_size")]
    [Arguments("[mail]\nmax_size = \"25 GB\"\n", "mail.max_size")]
    [Arguments("[mail]\nmax_size = \"0 MB\"\n", "mail.max_size")]
    [Arguments("[approve]\nexpires = \"7\"\n", "approve.expires")]
    [Arguments("[approve]\nexpires = \"0d\"\n", "approve.expires")]
    [Arguments("[send]\noffline = \"maybe\"\n", "send.offline")]
    [Arguments("[health]\nlisten = \"8080\"\n", "health.listen")]
    [Arguments("[health]\nlisten = \"127.0.0.1\"\n", "health.listen")]
    [Arguments("[health]\nlisten = \"localhost:8080\"\n", "health.listen")]
    [Arguments("[health]\nlisten = \"127.0.0.1:0\"\n", "health.listen")]
    [Arguments("[[account]]\nname = \"Main Account\"\naddress = \"jo@holz.example\"\n", "account.name")]
    [Arguments("[[account]]\nname = \"../x\"\naddress = \"jo@holz.example\"\n", "account.name")]
    [Arguments("[[account]]\nname = \"main\"\naddress = \"jo\"\n", "account.address")]
    [Arguments(Account + "aliases = [\"jo\"]\n", "account.aliases")]
    [Arguments(Account + "inbox = \"pop3\"\n", "account.inbox")]
    [Arguments(Account + "inbox = \"maildir:\"\n", "account.inbox")]
    [Arguments(Account + Account, "account.name")]
    [Arguments(Account + "inbox = \"imap\"\n", "account.imap.host")]
    [Arguments(Account + "inbox = \"imap\"\n[account.imap]\nhost = \"m.example\"\nport = 70000\n", "account.imap.port")]
    [Arguments(Account + "inbox = \"imap\"\n[account.imap]\nhost = \"m.example\"\nprotection = \"ssl\"\n", "account.imap.protection")]
    [Arguments(Account + "inbox = \"imap\"\n[account.imap]\nhost = \"m.example\"\nprotection = \"none\"\n", "account.imap.protection")]
    [Arguments(Account + "inbox = \"imap\"\n[account.imap]\nhost = \"localhost.example\"\nprotection = \"none\"\n", "account.imap.protection")]
    public async Task A_value_that_is_not_what_it_should_be_is_refused_and_its_key_named(string toml, string key)
    {
        var refusal = await Refused(toml);
        await Assert.That(refusal.Message).Contains(key + ":");
        await Assert.That(refusal.Hint).IsNotNull();
    }

    [Test]
    public async Task Values_are_read_as_they_are_written()
    {
        var settings = Read("[sync]\ninterval = \"1.5h\"\ndebounce = \"0s\"\n[mail]\nmax_size = \"64 KB\"\nfirst_days = 0\n[send]\noffline = true\n" + Account
            + "aliases = [\"info@holz.example\"]\ninbox = \"imap\"\n[account.imap]\nhost = \"127.0.0.1\"\nprotection = \"none\"\nport = 1143\n");
        await Assert.That((settings.SyncInterval, settings.Debounce, settings.MaxMail, settings.FirstMail, settings.SendOffline))
            .IsEqualTo((TimeSpan.FromMinutes(90), TimeSpan.Zero, 65536L, TimeSpan.Zero, true));
        var account = settings.Accounts.Single();
        await Assert.That(account.Owns("INFO@holz.example")).IsTrue();
        await Assert.That(((InboxSource.Imap)account.Inbox!).Server).IsEqualTo(new MailServer("127.0.0.1", 1143, Protection.None, "jo@holz.example", "imap-main", null));
    }

    [Test]
    public async Task An_empty_value_is_the_default()
    {
        var account = Read(Account + "inbox = \"imap\"\n[account.imap]\nhost = \"m.example\"\nmailbox = \"\"\nuser = \"\"\nprotection = \"\"\n").Accounts.Single();
        await Assert.That((InboxSource.Imap)account.Inbox!).IsEqualTo(new InboxSource.Imap(new("m.example", 993, Protection.Tls, "jo@holz.example", "imap-main", null), "INBOX"));
    }

    [Test]
    public async Task Every_key_is_in_the_commented_file_and_no_other()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["vault.toml"], Uncommented());
        var keys = ConfigurationExtensions.AsEnumerable(Configuration.Load(folder["vault.toml"])).Where(p => p.Value is not null)
            .Select(p => string.Join(':', p.Key.Split(':').Select(part => int.TryParse(part, out _) ? "*" : part))).Append("account:*:aliases").Append("account:*:aliases:*").Append("account:*:imap:also").Append("account:*:imap:also:*").Append("model:program").Append("model:program:*").Append("social:networks").Append("social:networks:*").Append("backup:recipients").Append("backup:recipients:*").Append("owners").Append("owners:*");
        await Assert.That(string.Join('\n', keys.Distinct().Order(StringComparer.Ordinal))).IsEqualTo(string.Join('\n', Configuration.Known.Order(StringComparer.Ordinal)));
    }

    [Test]
    public async Task The_commented_file_says_the_defaults_that_the_program_has()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["said.toml"], Repository.Read("vault.toml"));
        File.WriteAllText(folder["none.toml"], "");
        await Assert.That(Values(new(folder["said.toml"], Zone.Cloud))).IsEqualTo(Values(new(folder["none.toml"], Zone.Cloud)));

        const string host = "inbox = \"imap\"\n[account.imap]\nhost = \"m.example\"\n";
        var block = Uncommented()[Uncommented().IndexOf("[[account]]", StringComparison.Ordinal)..].Replace("inbox = \"\"", "inbox = \"imap\"").Replace("host = \"\"", "host = \"m.example\"");
        var (said, none) = (Read(block).Accounts.Single(), Read("[[account]]\nname = \"main\"\naddress = \"you@example.com\"\n" + host).Accounts.Single());
        await Assert.That((said.Name, said.Address, said.DisplayName, said.Aliases.Count, said.Inbox)).IsEqualTo((none.Name, none.Address, none.DisplayName, none.Aliases.Count, none.Inbox));
    }

    static string Values(Settings s) => string.Join('\n', s.Vault, s.State, s.Remote, s.Secrets.File, s.SyncInterval, s.Debounce, s.FirstMail, s.MaxMail, s.Poll, s.Settle, s.ApprovalLife, s.SendOffline, s.Accounts.Count, s.Health.At);

    /// <summary>vault.toml with its example account as if the owner had taken the signs of a comment away.</summary>
    static string Uncommented()
    {
        var lines = Repository.Read("vault.toml").Split('\n');
        var block = Array.IndexOf(lines, "# [[account]]");
        return string.Join('\n', lines.Select((line, i) => i >= block && line.StartsWith('#') ? line[1..].TrimStart() : line));
    }
}
