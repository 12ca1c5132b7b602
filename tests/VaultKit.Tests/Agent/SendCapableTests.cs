using VaultKit.Agent;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

/// <summary>A machine that must not act takes a password that could send only where the owner has said so.</summary>
public class SendCapableTests
{
    static Machine Make(TemporaryFolder folder, string host, string more = "", Zone zone = Zone.Cloud)
    {
        File.WriteAllText(folder["vault.toml"], $"""
            vault = "{folder["vault"]}"
            state = "{folder["state"]}"
            [[account]]
            name = "main"
            address = "jo@holz.example"
            inbox = "imap"
            [account.imap]
            host = "{host}"
            {more}
            """);
        VaultFolder.Create(folder["vault"]);
        return Machine.Open(new Settings(folder["vault.toml"], zone), zone, TimeProvider.System);
    }

    [Test]
    public async Task A_password_that_could_send_is_refused()
    {
        using var folder = new TemporaryFolder();
        var refusal = await Assert.That(() => SendCapable.Refuse(Make(folder, "imap.holz.example"))).Throws<Refusal>();
        await Assert.That(refusal!.Code).IsEqualTo(ExitCode.Credential);
        await Assert.That(refusal.Hint!).Contains("accept_send_capable = true");
    }

    [Test]
    public async Task Accepted_it_is_shown()
    {
        using var folder = new TemporaryFolder();
        var machine = Make(folder, "imap.holz.example", "accept_send_capable = true");
        SendCapable.Refuse(machine);
        await Assert.That(string.Join(' ', StatusReport.Of(machine).SendCapable)).IsEqualTo("main");
    }

    [Test]
    [Arguments("127.0.0.1", Zone.Cloud)]
    [Arguments("localhost", Zone.Cloud)]
    [Arguments("imap.holz.example", Zone.Local)]
    public async Task A_server_of_ones_own_and_the_owners_own_machine_need_no_word(string host, Zone zone)
    {
        using var folder = new TemporaryFolder();
        var machine = Make(folder, host, zone: zone);
        SendCapable.Refuse(machine);
        await Assert.That(StatusReport.Of(machine).SendCapable).IsEmpty();
    }
}
