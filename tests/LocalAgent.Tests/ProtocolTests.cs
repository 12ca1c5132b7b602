using System.Text.RegularExpressions;
using LocalAgent.Acting;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Tests;

/// <summary>PROTOCOL.md and vault.toml say what the programs do.</summary>
public class ProtocolTests
{
    static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, name)).ReplaceLineEndings("\n");

    [Test]
    public async Task The_page_names_the_phases_that_there_are()
    {
        var page = Read("PROTOCOL.md");
        var section = page[page.IndexOf("## Acting", StringComparison.Ordinal)..];
        string[] phases = [Phase.Claimed, Phase.Offered, Phase.Accepted, Phase.Unknown];
        var drawn = section[..section.IndexOf("`claimed`", StringComparison.Ordinal)];
        foreach (var phase in phases) await Assert.That(drawn).Contains(phase);
        await Assert.That(Regex.Matches(page, "phase:? `?(?<phase>[a-z]+)", RegexOptions.NonBacktracking).Select(m => m.Groups["phase"].Value).Distinct().Except([.. phases, "says"])).IsEmpty();
    }

    [Test]
    public async Task The_page_names_the_keys_that_there_are()
    {
        string[] keys = [Claims.NonceKey, Approval.Key, Phase.Key, Fence.ReplyKey, Approver.RejectedReasonKey, Redraft.RemarkKey, Redraft.EarlierKey, Intent.ShadowKey, LetterFile.SupersedesKey, "task"];
        // In its traces and behind backticks a key stands with its colon.
        var named = Read("PROTOCOL.md").Split('\n').SelectMany(l => Regex.Matches(l, "(?:md +|`|… )(?<key>[a-z_]+):", RegexOptions.NonBacktracking)).Select(m => m.Groups["key"].Value).Distinct();
        await Assert.That(string.Join(' ', named.Order())).IsEqualTo(string.Join(' ', keys.Order()));
    }

    [Test]
    public async Task The_commented_file_says_how_an_account_sends_unless_told_otherwise()
    {
        using var vault = new TestVault();
        var text = Read("vault.toml");
        var block = string.Join('\n', text[text.IndexOf("# [[account]]", StringComparison.Ordinal)..].Split('\n').Select(l => l.TrimStart('#', ' ')));
        var said = Settings(vault.Root, block.Replace("outbox = \"\"", "outbox = \"smtp\"").Replace("host = \"\"", "host = \"m.example\""));
        var none = Settings(vault.Root, "[[account]]\nname = \"main\"\naddress = \"you@example.com\"\noutbox = \"smtp\"\n[account.imap]\nhost = \"m.example\"\n[account.smtp]\nhost = \"m.example\"\n");
        await Assert.That((said.Target, said.Imap, said.Mailbox, said.Sent, said.ServerSavesSent)).IsEqualTo((none.Target, none.Imap, none.Mailbox, none.Sent, none.ServerSavesSent));
    }

    [Test]
    [Arguments("jo@gmail.com", "imap.gmail.com", "smtp.gmail.com", 587, Protection.StartTls, true)]
    [Arguments("jo@WEB.de", "imap.web.de", "smtp.web.de", 587, Protection.StartTls, false)]
    [Arguments("jo@t-online.de", "secureimap.t-online.de", "securesmtp.t-online.de", 465, Protection.Tls, false)]
    public async Task Of_a_large_provider_the_address_is_enough(string address, string imap, string smtp, int port, Protection protection, bool savesSent)
    {
        using var vault = new TestVault();
        var known = Settings(vault.Root, $"[[account]]\nname = \"main\"\naddress = \"{address}\"\ninbox = \"imap\"\noutbox = \"smtp\"\n");
        await Assert.That(((InboxSource.Imap)known.Account.Inbox!).Server).IsEqualTo(new MailServer(imap, 993, Protection.Tls, address, "imap-main", null));
        await Assert.That(known.Target).IsEqualTo(new OutboxTarget.Smtp(new(smtp, port, protection, address, "smtp-main", null)));
        await Assert.That(known.Imap).IsEqualTo(new MailServer(imap, 993, Protection.Tls, address, "imap-main", null));
        await Assert.That(known.ServerSavesSent).IsEqualTo(savesSent);
        var said = Settings(vault.Root, $"[[account]]\nname = \"main\"\naddress = \"{address}\"\noutbox = \"smtp\"\nserver_saves_sent = false\n[account.smtp]\nhost = \"own.example\"\n");
        await Assert.That(((OutboxTarget.Smtp)said.Target!).Server.Host).IsEqualTo("own.example");
        await Assert.That(said.ServerSavesSent).IsFalse();
        await Assert.That(() => Settings(vault.Root, "[[account]]\nname = \"main\"\naddress = \"jo@holz.example\"\noutbox = \"smtp\"\n")).Throws<Refusal>();
    }

    static OutboxSettings Settings(string folder, string toml)
    {
        var file = Path.Combine(folder, "vault.toml");
        File.WriteAllText(file, toml);
        var settings = new Settings(file, Zone.Local);
        return Outbox.Read(settings, settings.Accounts.Single());
    }
}
