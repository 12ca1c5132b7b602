using LocalAgent.Acting;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

/// <summary>Whether the password that reads can send is tried, with a login and nothing more.</summary>
public class PasswordReachTests
{
    static async Task<(string? Found, List<string> Said)> Probe(string answer, string secrets = "{\"imap-main\": \"right\"}")
    {
        using var vault = new TestVault();
        using var server = new PlayedServer(new() { ["EHLO"] = "250-played\r\n250 AUTH PLAIN", ["AUTH"] = answer });
        var file = Path.Combine(vault.Root, "vault.toml");
        File.WriteAllText(file, $"[[account]]\nname = \"main\"\naddress = \"jo@holz.example\"\n[account.imap]\nhost = \"imap.holz.example\"\nuser = \"jo\"\n[account.smtp]\nhost = \"127.0.0.1\"\nport = {server.Port}\nprotection = \"none\"\n");
        var keys = Path.Combine(vault.Root, "secrets.json");
        File.WriteAllText(keys, secrets);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var settings = new Settings(file, Zone.Local);
        return (await PasswordReach.ProbeAsync(settings, Outbox.Read(settings, settings.Accounts.Single()), CancellationToken.None), server.Commands);
    }

    [Test]
    public async Task One_that_sends_is_told_and_no_mail_is_offered()
    {
        var (found, said) = await Probe("235 2.7.0 welcome");
        await Assert.That(found).StartsWith("it sends too: 127.0.0.1 lets jo in");
        await Assert.That(said.Any(c => c.StartsWith("AUTH PLAIN", StringComparison.Ordinal))).IsTrue();
        await Assert.That(said.Any(c => c.StartsWith("MAIL", StringComparison.OrdinalIgnoreCase))).IsFalse();
    }

    [Test]
    public async Task One_that_only_reads_is_told()
    {
        var (found, _) = await Probe("535 5.7.8 not for sending");
        await Assert.That(found).StartsWith("it only reads: ");
    }

    [Test]
    public async Task A_line_that_breaks_proves_nothing()
    {
        var (found, _) = await Probe(PlayedServer.Cut);
        await Assert.That(found).StartsWith("whether it sends too could not be tried");
    }

    [Test]
    public async Task Without_the_password_nothing_is_tried()
    {
        var (found, said) = await Probe("235 welcome", "{}");
        await Assert.That((found, said.Count(c => c != "gone"))).IsEqualTo((null, 0));
    }
}
