using LocalAgent.Setup;

namespace LocalAgent.Tests.Setup;

public class TomlLinesTests
{
    const string Owners = """
        vault = "~/Platinum"   # mine
        remote = ""
        [mail]   # about mail
        poll = "2m # not a remark"

        [[account]]
        name = "main"
        address = "a@example.com"
        # a remark of mine
        [account.imap]
        host = "old.example.com" # theirs

        [[account]]
        name = "second"
        address = "b@example.com"
        """;

    static string Changed(Action<TomlLines> change)
    {
        var toml = new TomlLines(Owners);
        change(toml);
        return toml.ToString();
    }

    [Test]
    public async Task What_is_not_asked_for_stays_byte_for_byte() => await Assert.That(Changed(_ => { })).IsEqualTo(Owners + "\n");

    [Test]
    public async Task A_value_that_is_the_same_changes_nothing() => await Assert.That(Changed(t => t.Set("", "vault", "~/Platinum"))).IsEqualTo(Owners + "\n");

    [Test]
    public async Task A_value_changes_and_its_remark_stays() =>
        await Assert.That(Changed(t => t.Set("", "vault", "/srv/v"))).IsEqualTo(Owners.Replace("\"~/Platinum\"   # mine", "\"/srv/v\"       # mine") + "\n");

    [Test]
    public async Task A_hash_in_a_string_is_no_remark() =>
        await Assert.That(Changed(t => t.Set("mail", "poll", "1m"))).IsEqualTo(Owners.Replace("\"2m # not a remark\"", "\"1m\"") + "\n");

    [Test]
    public async Task A_key_of_an_account_is_set_in_that_account_alone()
    {
        var changed = Changed(t => { t.SetAccount("main", "imap", "host", "\"new\""); t.SetAccount("second", "imap", "host", "\"x\""); t.SetAccount("main", "smtp", "port", "465"); t.SetAccount("main", "", "inbox", "\"imap\""); });
        await Assert.That(changed).IsEqualTo(Owners
            .Replace("host = \"old.example.com\" # theirs", "host = \"new\"             # theirs\n\n[account.smtp]\nport = 465")
            .Replace("address = \"a@example.com\"\n", "address = \"a@example.com\"\ninbox = \"imap\"\n")
            .Replace("address = \"b@example.com\"", "address = \"b@example.com\"\n\n[account.imap]\nhost = \"x\"") + "\n");
    }

    [Test]
    public async Task A_new_account_and_a_new_table_come_last()
    {
        var changed = Changed(t => { t.SetAccount("third", "", "address", "\"c@example.com\""); t.Set("send", "mode", "shadow"); });
        await Assert.That(changed).IsEqualTo(Owners + "\n\n[[account]]\nname = \"third\"\naddress = \"c@example.com\"\n\n[send]\nmode = \"shadow\"\n");
    }

    [Test]
    public async Task Line_ends_are_the_files_own() => await Assert.That(new TomlLines("a = 1\r\n[b]\r\n").ToString()).IsEqualTo("a = 1\r\n[b]\r\n");
}
