using VaultKit.Agent;

namespace VaultKit.Tests.Agent;

public class SayTests
{
    [Test]
    [Arguments("plain — Größe 🙂 日本", "plain — Größe 🙂 日本")]
    [Arguments("a\tb", "a\tb")]
    [Arguments("a\nb\rc", "a\ufffdb\ufffdc")]
    [Arguments("\u001b[2J\u001b]0;x\u0007", "\ufffd[2J\ufffd]0;x\ufffd")]
    [Arguments("\u009b31m\u007f\0", "\ufffd31m\ufffd\ufffd")]
    [Arguments("a\u202eb\u2066c\u200bd\ufeffe\u00adf", "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf")]
    public async Task Nothing_that_a_terminal_obeys_or_a_reader_does_not_see_is_left(string text, string clean) => await Assert.That(Say.Clean(text)).IsEqualTo(clean);

    [Test]
    public async Task Lines_stay_where_they_are_wanted() => await Assert.That(Say.Clean("a\nb\r\u001bc", lines: true)).IsEqualTo("a\nb\ufffd\ufffdc");
}
