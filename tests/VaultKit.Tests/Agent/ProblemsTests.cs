using VaultKit.Agent;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

public class ProblemsTests
{
    [Test]
    public async Task What_went_wrong_is_remembered_until_it_is_right_again()
    {
        using var folder = new TemporaryFolder();
        var state = StateDirectory.Open(folder["state"], Zone.Cloud);
        Problems.Remember(state, []);
        await Assert.That(File.Exists(state.PathOf("problems.json"))).IsFalse();
        Problems.Remember(state, ["main: no such host", "é"]);
        var before = Disk.Stamp(state.PathOf("problems.json"));
        Problems.Remember(state, ["main: no such host", "é"]);
        await Assert.That(Disk.Stamp(state.PathOf("problems.json"))).IsEqualTo(before);
        await Assert.That(string.Join('|', Problems.Recall(state))).IsEqualTo("main: no such host|é");
        Problems.Remember(state, []);
        await Assert.That(Problems.Recall(state)).IsEmpty();
    }

    [Test]
    public async Task A_memory_that_can_t_be_read_is_a_problem_itself()
    {
        using var folder = new TemporaryFolder();
        var state = StateDirectory.Open(folder["state"], Zone.Cloud);
        File.WriteAllText(state.PathOf("problems.json"), "[");
        await Assert.That(Problems.Recall(state).Single()).Contains("can't be read");
    }

    [Test]
    public async Task A_remark_does_not_hide_a_failure_in_the_exit_code()
    {
        var report = new TurnReport();
        report.Problem("two versions could not be reconciled", ExitCode.DoneInPart);
        report.Problem("no space left", ExitCode.TryAgain);
        report.Problem("another remark", ExitCode.DoneInPart);
        await Assert.That(report.Code).IsEqualTo(ExitCode.TryAgain);
    }

    [Test]
    public async Task What_a_turn_finds_twice_is_said_once()
    {
        var report = new TurnReport();
        report.Problem("it is no ordinary file", ExitCode.DoneInPart);
        report.Problem("it is no ordinary file", ExitCode.DoneInPart);
        await Assert.That(report.Problems.Count).IsEqualTo(1);
        await Assert.That(report.Code).IsEqualTo(ExitCode.DoneInPart);
    }
}
