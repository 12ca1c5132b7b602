using VaultKit.Agent;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

public class DoctorTests
{
    static string Said => TestContext.Current!.GetStandardOutput();

    [Test]
    public async Task Each_check_says_ok_fail_or_skip_and_the_first_failure_is_the_exit_code()
    {
        var doctor = new Doctor();
        await doctor.CheckAsync("fine", () => "all\u001b there");
        await doctor.CheckAsync("absent", () => Task.FromResult<string?>(null));
        await Assert.That(doctor.Code).IsEqualTo(ExitCode.Done);
        await doctor.CheckAsync("locked", () => Task.FromException<string?>(new Refusal(ExitCode.Locked, "held by another", "stop it")));
        await doctor.CheckAsync("disk", () => Task.FromException<string?>(new IOException("bad sector")));
        await doctor.CheckAsync("login", () => Task.FromException<string?>(new Refusal(ExitCode.Credential, "no password")));
        await Assert.That(doctor.Code).IsEqualTo(ExitCode.Locked);
        foreach (var line in (string[])["[ OK ] fine: all\ufffd there", "[SKIP] absent: not configured", "[FAIL] locked: held by another", "       stop it", "[FAIL] disk: bad sector", "[FAIL] login: no password"])
            await Assert.That(Said).Contains(line);
    }

    [Test]
    public async Task A_machine_in_order_passes_and_nothing_in_it_changes()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        var before = shop.Picture();
        var doctor = new Doctor();
        await Assert.That(await doctor.ExamineAsync(shop.Machine.Settings, Zone.Cloud, default)).IsNotNull();
        await Assert.That(doctor.Code).IsEqualTo(ExitCode.Done);
        await Assert.That(Said).Contains("[ OK ] inbox of main: jo@holz.example can be read; 1 mails").And.Contains("[SKIP] remote");
        await Assert.That(shop.Picture()).IsEqualTo(before);
        await Assert.That(File.Exists(shop.PositionFile)).IsFalse();
    }

    [Test]
    public async Task What_is_wrong_is_found_each_for_itself()
    {
        using var shop = new Workshop();
        Directory.CreateDirectory(shop.Vault.FullPath(".git"));
        Directory.Delete(shop.MailFolder);
        var doctor = new Doctor();
        await doctor.ExamineAsync(shop.Machine.Settings, Zone.Cloud, default);
        await Assert.That(doctor.Code).IsEqualTo(ExitCode.DoneInPart);
        await Assert.That(Said).Contains("[FAIL] no other git in the vault").And.Contains("[FAIL] inbox of main");

        File.Delete(shop.Vault.FullPath(VaultFolder.ProtocolFile));
        doctor = new Doctor();
        await Assert.That(await doctor.ExamineAsync(shop.Machine.Settings, Zone.Cloud, default)).IsNull();
        await Assert.That(doctor.Code).IsEqualTo(ExitCode.NoVault);
    }
}
