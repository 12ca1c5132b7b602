using LocalAgent.Commands;

namespace LocalAgent.Tests.Setup;

public class WindowsNameTests
{
    [Test]
    [Arguments("offer.pdf", "offer.pdf")]
    [Arguments("CON", "_CON")]
    [Arguments("nul.txt", "_nul.txt")]
    [Arguments("Com1 .pdf", "_Com1 .pdf")]
    [Arguments("LPT².x", "_LPT².x")]
    [Arguments("console.txt", "console.txt")]
    [Arguments("offer.pdf:evil.exe", "offer.pdf_evil.exe")]
    [Arguments("offer.exe. . ", "offer.exe")]
    [Arguments("a<b>?.txt", "a_b__.txt")]
    [Arguments("...", "_")]
    public async Task A_name_from_a_mail_is_one_that_ntfs_holds(string name, string held) => await Assert.That(WindowsName.Of(name)).IsEqualTo(held);
}
