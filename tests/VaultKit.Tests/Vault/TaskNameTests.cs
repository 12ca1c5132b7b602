using CsCheck;
using VaultKit.Vault;

namespace VaultKit.Tests.Vault;

public class TaskNameTests
{
    [Test]
    public async Task Any_title_gives_a_name_that_parses()
    {
        Gen.Select(Gen.String, Gen.Byte.Array[32]).Sample((title, digest) =>
            TaskName.TryParseFile(TaskName.From(title, digest).FileName, out var back) && back == TaskName.From(title, digest));
        await Assert.That(TaskName.From("Größe & Preis: 3 Fenster?", new byte[32]).Value).IsEqualTo("groesse-preis-3-fenster-0000000000000000");
    }

    [Test]
    [Arguments("../x-0123456789abcdef")]
    [Arguments("X-0123456789abcdef")]
    [Arguments("x--0123456789abcdef")]
    [Arguments("-0123456789abcdef")]
    [Arguments("x-0123456789abcdeu")]
    [Arguments("x.y-0123456789abcdef")]
    [Arguments("con")]
    public async Task What_is_no_name_is_refused(string text) => await Assert.That(TaskName.TryParse(text, out _)).IsFalse();

    [Test]
    [Arguments("Needs_Action/email/x-0123456789abcdef.md", true)]
    [Arguments("Needs_Action/x-0123456789abcdef.md", false)]
    [Arguments("Needs_Action/other/x-0123456789abcdef.md", false)]
    [Arguments("In_Progress/../x-0123456789abcdef.md", false)]
    [Arguments("Done/2026-13/x-0123456789abcdef.md", false)]
    [Arguments("Done/2026-12/x-0123456789abcdef.md", true)]
    [Arguments("Quarantine/x-0123456789abcdef.md", true)]
    [Arguments("needs_action/email/x-0123456789abcdef.md", false)]
    public async Task A_path_names_a_task_or_not(string path, bool is_task) => await Assert.That(Place.FromPath(path) is not null).IsEqualTo(is_task);
}
