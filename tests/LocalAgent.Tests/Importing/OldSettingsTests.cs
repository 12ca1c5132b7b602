using LocalAgent.Importing;

namespace LocalAgent.Tests.Importing;

public class OldSettingsTests
{
    static OldSettings Of(string text, string file = ".env")
    {
        var folder = Directory.CreateTempSubdirectory("env").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, file), text);
            return OldSettings.Of(folder);
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    [Test]
    public async Task Lines_are_read_as_shells_and_dotenv_read_them()
    {
        var read = EnvFile.Parse("# no\nexport A=\"x # y\"\nB = z # why\nC='q'\nnot a line\nD=\n=e\nF-G=1\n").Select(p => $"{p.Name}={p.Value}");
        await Assert.That(string.Join("|", read)).IsEqualTo("A=x # y|B=z|C=q|D=");
    }

    [Test]
    public async Task One_password_for_both_goes_to_both_and_a_own_one_first()
    {
        var old = Of("EMAIL_ADDRESS=a@example.com\nEMAIL_PASSWORD=both-of-them\nSMTP_PASSWORD=other-one\n");
        await Assert.That(old.Address).IsEqualTo("a@example.com");
        await Assert.That(old.Secrets["imap"]).IsEqualTo("both-of-them");
        await Assert.That(old.Secrets["smtp"]).IsEqualTo("other-one");
    }

    [Test]
    public async Task A_placeholder_is_nothing()
    {
        var old = Of("EMAIL_PASSWORD=your-app-password\nIMAP_PASSWORD=changeme\nSMTP_PASSWORD=<secret>\nOPENAI_API_KEY=xxxx\n");
        await Assert.That(old.Secrets.Count).IsEqualTo(0);
        await Assert.That(old.Left.Count).IsEqualTo(0);
    }

    [Test]
    public async Task What_nobody_knows_is_named_and_its_value_hidden()
    {
        var old = Of("ODOO_API_KEY=abcdef-123\nFOO=bar\n");
        await Assert.That(string.Join(",", old.Left.Select(l => l.Name))).IsEqualTo("ODOO_API_KEY,FOO");
        await Assert.That(old.Hidden).Contains("abcdef-123");
        await Assert.That(old.Left.Any(l => l.Why.Contains("abcdef"))).IsFalse();
    }

    [Test]
    public async Task A_password_in_a_remote_becomes_a_secret()
    {
        var old = Of("GIT_REMOTE=https://anna:sesame99@git.example/vault.git\n");
        await Assert.That(old.Remote).IsEqualTo("https://anna@git.example/vault.git");
        await Assert.That(old.Secrets["remote"]).IsEqualTo("sesame99");
    }

    [Test]
    public async Task A_model_without_its_name_is_not_asked()
    {
        await Assert.That(Of("ANTHROPIC_API_KEY=sk-ant-api-0123456789\n").ModelKind).IsEqualTo("");
        await Assert.That(Of("OPENAI_API_KEY=sk-0123456789\nOPENAI_MODEL=some-model\n").ModelKind).IsEqualTo("openai");
    }

    [Test]
    public async Task An_old_program_that_acted_on_nothing_gives_the_shadow_mode()
    {
        await Assert.That(Of("DRY_RUN=true\n").Shadow).IsTrue();
        await Assert.That(Of("DRY_RUN=false\n").Shadow).IsFalse();
    }
}
