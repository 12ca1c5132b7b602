using VaultKit.Drafting;

namespace VaultKit.Tests.Drafting.Models;

public class ProgramModelTests
{
    static readonly ModelPrompt Prompt = new("be brief", "> what's $(id) `id`?");

    static Task<ModelAnswer> AskAsync(string script, double seconds = 20) => new ProgramModel(["/bin/sh", "-c", script], TimeSpan.FromSeconds(seconds)).AskAsync(Prompt, default);

    static async Task<ModelUnavailable> FailureAsync(string script, double seconds = 20) => (await Assert.That(async () => { await AskAsync(script, seconds); }).Throws<ModelUnavailable>())!;

    [Test]
    public async Task The_prompt_goes_in_and_the_answer_comes_out() =>
        await Assert.That(await AskAsync("cat; echo done")).IsEqualTo(new ModelAnswer("be brief\n\n> what's $(id) `id`?done\n", ModelStop.End, null, null));

    [Test]
    public async Task One_that_reads_nothing_may_answer() => await Assert.That((await AskAsync("exec 0<&-; echo hello")).Text).IsEqualTo("hello\n");

    [Test]
    public async Task One_that_fails_says_with_what()
    {
        var failure = await FailureAsync("echo half; echo 'no such model' >&2; exit 3");
        await Assert.That((failure.Message, failure.Pause is not null)).IsEqualTo(("program/sh ended with 3: no such model", true));
    }

    [Test]
    public async Task One_that_takes_too_long_is_ended_with_all_that_it_started()
    {
        using var folder = new TemporaryFolder();
        var failure = await FailureAsync($"sleep 30 & echo $! > {folder["pid"]}; wait", 1);
        await Assert.That(failure.Message).Contains("did not answer within 1 s");
        var child = $"/proc/{File.ReadAllText(folder["pid"]).Trim()}/stat";
        for (var i = 0; i < 100 && IsAlive(child); i++) await Task.Delay(50);
        await Assert.That(IsAlive(child)).IsFalse();
    }

    static bool IsAlive(string stat) => File.Exists(stat) && !File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal);

    [Test]
    public async Task One_that_says_too_much_is_not_believed() => await Assert.That((await FailureAsync("head -c 3000000 /dev/zero | tr '\\0' x")).Message).Contains("says more than 1024 KiB");

    [Test]
    public async Task One_that_is_not_there_is_said()
    {
        var failure = (await Assert.That(async () => { await new ProgramModel(["/nowhere/llm"], TimeSpan.FromSeconds(5)).AskAsync(Prompt, default); }).Throws<ModelUnavailable>())!;
        await Assert.That(failure.Message).Contains("/nowhere/llm can't be started");
    }
}
