using System.Diagnostics;
using VaultKit.Agent;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

// $CREDENTIALS_DIRECTORY is the whole process's.
[NotInParallel]
public class SecretsTests
{
    const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static Secrets Write(TemporaryFolder folder, string json, UnixFileMode mode = OwnerAlone)
    {
        File.WriteAllText(folder["secrets.json"], json);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder["secrets.json"], mode);
        return new(folder["secrets.json"]);
    }

    static async Task Refused(Func<string> get, string words)
    {
        var refusal = await Assert.That(get).Throws<Refusal>();
        await Assert.That(refusal!.Code).IsEqualTo(ExitCode.Credential);
        await Assert.That(refusal.Message).Contains(words);
        await Assert.That(refusal.Hint).IsNotNull();
    }

    [Test]
    public async Task A_secret_comes_by_its_name()
    {
        using var folder = new TemporaryFolder();
        var secrets = Write(folder, """{"a": "one", "empty": ""}""");
        await Assert.That(secrets.Get("a")).IsEqualTo("one");
        await Refused(() => secrets.Get("b"), "'b' is not in");
        await Refused(() => secrets.Get("empty"), "'empty' is not in");
    }

    [Test]
    public async Task A_file_that_is_missing_or_broken_is_said_without_its_content()
    {
        using var folder = new TemporaryFolder();
        await Refused(() => new Secrets(folder["none.json"]).Get("a"), "'a' is missing");
        var broken = Write(folder, """{"a": hunter2""");
        await Refused(() => broken.Get("a"), "can't be read");
        var refusal = await Assert.That(() => broken.Get("a")).Throws<Refusal>();
        await Assert.That(refusal!.Message + refusal.Hint).DoesNotContain("hunter2");
    }

    [Test]
    [Arguments(UnixFileMode.GroupRead)]
    [Arguments(UnixFileMode.OtherRead)]
    [Arguments(UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    [Arguments(UnixFileMode.OtherWrite)]
    public async Task A_file_that_others_may_read_is_refused(UnixFileMode more)
    {
        if (OperatingSystem.IsWindows()) return; // no modes there
        using var folder = new TemporaryFolder();
        var secrets = Write(folder, """{"a": "one"}""", OwnerAlone | more);
        await Refused(() => secrets.Get("a"), "others may read");
    }

    [Test]
    public async Task A_file_of_another_users_is_refused_before_it_is_needed()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root") { Skip.Test("only root can give a file away, and needs no leave to read it"); return; }
        using var folder = new TemporaryFolder();
        var secrets = Write(folder, """{"a": "one"}""");
        secrets.Check();
        using (var chown = Process.Start("chown", ["nobody", secrets.File])) await chown.WaitForExitAsync();
        await Refused(() => secrets.Get("a"), "belongs to another user");
        await Assert.That(secrets.Check).Throws<Refusal>();
    }

    [Test]
    public async Task A_credential_of_the_service_goes_before_the_file_and_never_leaves_its_directory()
    {
        using var folder = new TemporaryFolder();
        var secrets = Write(folder, """{"a": "from the file", "b": "b", "../outside": "from the file"}""");
        Directory.CreateDirectory(folder["credentials"]);
        File.WriteAllText(folder["credentials/a"], "from the service\n");
        File.WriteAllText(folder["outside"], "stolen");
        Environment.SetEnvironmentVariable("CREDENTIALS_DIRECTORY", folder["credentials"]);
        try
        {
            await Assert.That(secrets.Get("a")).IsEqualTo("from the service");
            await Assert.That(secrets.Get("b")).IsEqualTo("b");
            await Assert.That(secrets.Get("../outside")).IsEqualTo("from the file");
        }
        finally { Environment.SetEnvironmentVariable("CREDENTIALS_DIRECTORY", null); }
        await Assert.That(secrets.Get("a")).IsEqualTo("from the file");
    }

    [Test]
    public async Task A_credential_that_holds_them_all_takes_the_place_of_the_file()
    {
        using var folder = new TemporaryFolder();
        var secrets = Write(folder, """{"a": "from the file", "b": "from the file"}""");
        Directory.CreateDirectory(folder["credentials"]);
        File.WriteAllText(folder["credentials/secrets.json"], """{"a": "from the whole", "c": "from the whole"}""");
        File.WriteAllText(folder["credentials/c"], "from its own");
        Environment.SetEnvironmentVariable("CREDENTIALS_DIRECTORY", folder["credentials"]);
        try
        {
            await Assert.That(secrets.Get("a")).IsEqualTo("from the whole");
            await Assert.That(secrets.Get("c")).IsEqualTo("from its own");
            await Assert.That(secrets.Find("b")).IsNull();
            File.WriteAllText(folder["credentials/secrets.json"], "no JSON");
            await Refused(() => secrets.Get("a"), "can't be read as a JSON object");
        }
        finally { Environment.SetEnvironmentVariable("CREDENTIALS_DIRECTORY", null); }
    }
}
