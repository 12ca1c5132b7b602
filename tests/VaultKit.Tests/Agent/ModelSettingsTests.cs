using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

public class ModelSettingsTests
{
    static ModelSettings? Read(string toml, TemporaryFolder folder)
    {
        File.WriteAllText(folder["vault.toml"], "[model]\n" + toml);
        return new Settings(folder["vault.toml"], Zone.Cloud).Model;
    }

    [Test]
    public async Task Without_a_kind_there_is_no_model_and_the_rules_draft()
    {
        using var folder = new TemporaryFolder();
        await Assert.That(Read("name = \"llama3\"", folder)).IsNull();
        var settings = new Settings(folder["vault.toml"], Zone.Cloud);
        await Assert.That(ModelSettings.Drafter(settings, StateDirectory.Open(folder["state"], Zone.Cloud), null, TimeProvider.System) is BuiltInDrafter).IsTrue();
    }

    [Test]
    public async Task What_is_written_is_what_is_used()
    {
        using var folder = new TemporaryFolder();
        var model = Read("kind = \"openai\"\nurl = \"http://127.0.0.1:11434/v1\"\nname = \"llama3\"\ntimeout = \"90s\"\nmax_tokens = 500\ntokens_per_day = 50000\nmoney_per_day = 1.5\nprice_in = 0.15\nprice_out = 0.6\n", folder)!;
        await Assert.That((model.Name, model.Place, model.Key, model.Patience, model.Limits)).IsEqualTo(("openai/llama3", "127.0.0.1:11434", "model", TimeSpan.FromSeconds(90), new ModelLimits(500, 50_000, 1.5m, 0.15m, 0.6m)));
        await Assert.That(model.PromptDirectory).IsEqualTo(folder.Path);
        await Assert.That(Read("kind = \"anthropic\"\nname = \"claude-x\"", folder)!.Url!.Host).IsEqualTo("api.anthropic.com");
        await Assert.That(Read("kind = \"program\"\nprogram = [\"/usr/bin/llm\", \"-m\", \"x\"]", folder)!.Name).IsEqualTo("program/llm");
    }

    [Test]
    [Arguments("kind = \"magic\"", "model.kind")]
    [Arguments("kind = \"openai\"", "model.name")]
    [Arguments("kind = \"openai\"\nname = \"x\"\nurl = \"http://api.example/v1\"", "model.url")]
    [Arguments("kind = \"program\"", "model.program")]
    [Arguments("kind = \"program\"\nprogram = [\"llm\"]", "model.program")]
    [Arguments("kind = \"openai\"\nname = \"x\"\nmoney_per_day = \"much\"", "model.money_per_day")]
    [Arguments("kind = \"openai\"\nname = \"x\"\nmoney_per_day = 1", "model.money_per_day")]
    [Arguments("kind = \"openai\"\nname = \"x\"\nprice_in = -1", "model.price_in")]
    [Arguments("kind = \"openai\"\nname = \"x\"\ntimeout = \"0s\"", "model.timeout")]
    public async Task A_value_that_is_not_what_it_should_be_is_refused(string toml, string key)
    {
        using var folder = new TemporaryFolder();
        var refusal = (await Assert.That(() => { Read(toml, folder); }).Throws<Refusal>())!;
        await Assert.That((refusal.Code, refusal.Message.Contains(key + ":", StringComparison.Ordinal))).IsEqualTo((ExitCode.BadConfiguration, true));
    }

    [Test]
    public async Task A_server_elsewhere_wants_a_key_and_one_here_may_do_without()
    {
        using var folder = new TemporaryFolder();
        var none = new Secrets(folder["secrets.json"]);
        await Assert.That((await Assert.That(() => { Read("kind = \"openai\"\nname = \"x\"", folder)!.Open(none); }).Throws<Refusal>())!.Code).IsEqualTo(ExitCode.Credential);
        var here = Read("kind = \"openai\"\nname = \"x\"\nurl = \"http://127.0.0.1:1/v1\"", folder)!;
        await Assert.That((here.Open(none).Name, here.Spends(none))).IsEqualTo(("openai/x", false));
        File.WriteAllText(folder["secrets.json"], "{\"model\": \"k\"}");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder["secrets.json"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await Assert.That(here.Spends(none)).IsTrue();
    }
}
