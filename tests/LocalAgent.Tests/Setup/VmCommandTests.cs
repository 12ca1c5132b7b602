using LocalAgent.Setup;

namespace LocalAgent.Tests.Setup;

public class VmCommandTests
{
    static AccountAnswer Account(string read = "imap", ServerAnswer? imap = null) => new("main", "anna@gmail.com", "Anna O'Neil", read, "", "smtp", imap, null, read == "gmail" ? "id.apps" : "", "hush-1", "hush-2", read == "gmail" ? "hush-3" : "");

    [Test]
    public async Task No_secret_is_in_what_goes_to_the_machine()
    {
        foreach (var read in new[] { "imap", "gmail" })
        {
            var text = VmCommand.Text(new("ubuntu@h", "h", 0, true), Account(read), "ssh-ed25519 AAAA anna@pc", null) + VmCommand.Configuration(Account(read), true);
            await Assert.That(text).DoesNotContain("hush").And.Contains("anna@gmail.com");
        }
    }

    [Test]
    public async Task A_password_that_can_send_goes_there_only_if_its_owner_said_so()
    {
        await Assert.That(VmCommand.Text(new("ubuntu@h", "h", 0, false), Account(), "k", null)).DoesNotContain("--accept-send-capable");
        await Assert.That(VmCommand.Configuration(Account(), false)).DoesNotContain("accept_send_capable");
        await Assert.That(VmCommand.Configuration(Account(), true)).Contains("accept_send_capable = true");
    }

    [Test]
    [Arguments("h", 0, "ssh://vault@h/~/vault.git")]
    [Arguments("h", 2222, "ssh://vault@h:2222/~/vault.git")]
    [Arguments("2001:db8::1", 22, "ssh://vault@[2001:db8::1]/~/vault.git")]
    public async Task The_remote_is_where_setup_vm_makes_it(string host, int port, string remote) => await Assert.That(VmCommand.Remote(host, port)).IsEqualTo(remote);

    [Test]
    [Arguments("a;rm")]
    [Arguments("-oProxyCommand=x")]
    [Arguments("$(x)")]
    [Arguments("")]
    public async Task What_a_shell_would_take_for_its_own_is_no_host(string text) => await Assert.That(Hosts.IsName(text)).IsFalse();
}
