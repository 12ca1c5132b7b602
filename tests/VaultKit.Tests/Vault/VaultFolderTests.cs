using VaultKit.Vault;
using TestClock = VaultKit.Tests.Sync.TestClock;

namespace VaultKit.Tests.Vault;

public class VaultFolderTests
{
    static VaultFolder Open(TemporaryFolder folder)
    {
        VaultFolder.Create(folder["vault"]);
        return VaultFolder.Open(folder["vault"], AgentId.New(Zone.Cloud));
    }

    [Test]
    public async Task A_git_of_the_owner_s_own_is_seen_be_it_a_folder_a_file_or_a_link()
    {
        using var folder = new TemporaryFolder();
        var vault = Open(folder);
        await Assert.That(vault.HasForeignGit).IsFalse();
        Directory.CreateDirectory(folder["vault/.git"]);
        await Assert.That(vault.HasForeignGit).IsTrue();
        Directory.Delete(folder["vault/.git"]);
        File.WriteAllText(folder["vault/.git"], "gitdir: /elsewhere");
        await Assert.That(vault.HasForeignGit).IsTrue();
        File.Delete(folder["vault/.git"]);
        File.CreateSymbolicLink(folder["vault/.git"], folder["nowhere"]);
        await Assert.That(vault.HasForeignGit).IsTrue();
    }

    [Test]
    public async Task A_stage_that_is_a_link_makes_no_vault()
    {
        using var folder = new TemporaryFolder();
        var agent = Open(folder).Agent;
        Directory.Delete(folder["vault/Done"]);
        Directory.CreateSymbolicLink(folder["vault/Done"], Directory.CreateDirectory(folder["elsewhere"]).FullName);
        var refusal = await Assert.That(() => VaultFolder.Open(folder["vault"], agent)).Throws<Refusal>();
        await Assert.That((refusal!.Code, refusal.Message.Contains("Done"))).IsEqualTo((ExitCode.NoVault, true));
    }

    [Test]
    public async Task A_folder_without_a_protocol_is_no_vault()
    {
        using var folder = new TemporaryFolder();
        var agent = Open(folder).Agent;
        File.WriteAllText(folder["vault/PROTOCOL"], "one");
        await Assert.That((await Assert.That(() => VaultFolder.Open(folder["vault"], agent)).Throws<Refusal>())!.Code).IsEqualTo(ExitCode.NoVault);
        File.Delete(folder["vault/PROTOCOL"]);
        await Assert.That((await Assert.That(() => VaultFolder.Open(folder["vault"], agent)).Throws<Refusal>())!.Code).IsEqualTo(ExitCode.NoVault);
    }

    [Test]
    public async Task What_is_no_task_is_swept_as_it_is_once_it_lies_still()
    {
        using var folder = new TemporaryFolder();
        var vault = Open(folder);
        var clock = new TestClock();
        File.WriteAllText(folder["secret"], "secret");
        var name = TaskName.From("x", new byte[32]).FileName;
        File.CreateSymbolicLink(vault.FullPath("Pending_Approval/email/" + name), folder["secret"]);
        Directory.CreateDirectory(vault.FullPath("Approved/email/folder.md"));
        File.WriteAllText(vault.FullPath("Needs_Action/email/note.md"), "a");
        File.WriteAllText(vault.FullPath("Quarantine/note.md"), "an earlier one");
        File.WriteAllText(vault.FullPath("Needs_Action/email/.hidden.md"), "an editor's");
        File.WriteAllText(vault.FullPath("Needs_Action/email/" + TaskName.From("y", new byte[32]).FileName), "whoever works on it judges it");
        var sweep = new Sweep(vault, clock);
        await Assert.That(sweep.Run()).IsEmpty();

        clock.Now += TimeSpan.FromSeconds(10);
        var swept = sweep.Run().ToDictionary(s => s.To, s => s.Why);
        await Assert.That(string.Join(' ', swept.Keys.Order(StringComparer.Ordinal))).IsEqualTo($"Quarantine/folder.md Quarantine/note.2.md Quarantine/{name}");
        await Assert.That(swept["Quarantine/" + name]).Contains("link");
        await Assert.That(new FileInfo(vault.FullPath("Quarantine/" + name)).LinkTarget).IsEqualTo(folder["secret"]);
        await Assert.That(File.ReadAllText(vault.FullPath("Quarantine/note.md"))).IsEqualTo("an earlier one");
        await Assert.That(sweep.Run()).IsEmpty();
    }

    [Test]
    public async Task What_is_no_task_is_swept_from_a_folder_that_was_clean_before()
    {
        using var folder = new TemporaryFolder();
        var (vault, clock) = (Open(folder), new TestClock());
        clock.Now += TimeSpan.FromMinutes(1);
        var sweep = new Sweep(vault, clock);
        await Task.Delay(TimeSpan.FromSeconds(2.1)); // longer than the grain of a file system's clock
        await Assert.That(sweep.Run()).IsEmpty();
        File.WriteAllText(vault.FullPath("Needs_Action/email/note.md"), "a");
        await Assert.That(sweep.Run().Single().From).IsEqualTo("Needs_Action/email/note.md");
    }

    [Test]
    public async Task One_file_under_two_names_is_a_move_that_a_power_cut_left_half_done()
    {
        if (!OperatingSystem.IsLinux()) { Skip.Test("only Linux tells how many names a file has"); return; }
        using var folder = new TemporaryFolder();
        var vault = Open(folder);
        var (moved, copied) = (TaskName.From("moved", new byte[32]).FileName, TaskName.From("copied", new byte[32]).FileName);
        File.WriteAllText(vault.FullPath("Needs_Action/email/" + moved), "words");
        System.Diagnostics.Process.Start("ln", [vault.FullPath("Needs_Action/email/" + moved), vault.FullPath("Rejected/email/" + moved)]).WaitForExit();
        foreach (var stage in new[] { "Needs_Action", "Pending_Approval" }) File.WriteAllText(vault.FullPath($"{stage}/email/{copied}"), "words");
        HalfMoves.Finish(vault);
        await Assert.That(File.Exists(vault.FullPath("Needs_Action/email/" + moved))).IsFalse();
        await Assert.That(File.ReadAllText(vault.FullPath("Rejected/email/" + moved))).IsEqualTo("words");
        // Two files are two files: sync compares them.
        foreach (var stage in new[] { "Needs_Action", "Pending_Approval" }) await Assert.That(File.Exists(vault.FullPath($"{stage}/email/{copied}"))).IsTrue();
    }

    [Test]
    public async Task A_state_directory_belongs_to_one_zone_and_keeps_its_agent()
    {
        using var folder = new TemporaryFolder();
        var agent = StateDirectory.Open(folder["state"], Zone.Cloud).Agent;
        await Assert.That(StateDirectory.Open(folder["state"], Zone.Cloud).Agent).IsEqualTo(agent);
        await Assert.That((await Assert.That(() => StateDirectory.Open(folder["state"], Zone.Local)).Throws<Refusal>())!.Code).IsEqualTo(ExitCode.BadConfiguration);
        if (!OperatingSystem.IsWindows())
            await Assert.That(File.GetUnixFileMode(folder["state"])).IsEqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(folder["state/agent"], "rubbish");
        await Assert.That((await Assert.That(() => StateDirectory.Open(folder["state"], Zone.Cloud)).Throws<Refusal>())!.Code).IsEqualTo(ExitCode.BadConfiguration);
    }

    [Test]
    public async Task A_lock_is_held_by_one_at_a_time()
    {
        using var folder = new TemporaryFolder();
        var state = StateDirectory.Open(folder["state"], Zone.Cloud);
        using (state.TryLock("x"))
        {
            await Assert.That(state.TryLock("x")).IsNull();
            var refusal = await Assert.That(() => state.Lock("x", TimeSpan.FromMilliseconds(50))).Throws<Refusal>();
            await Assert.That(refusal!.Code).IsEqualTo(ExitCode.Locked);
        }
        using var again = state.TryLock("x");
        await Assert.That(again).IsNotNull();
    }
}
