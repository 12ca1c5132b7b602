using System.CommandLine;
using LocalAgent.Commands;
using VaultKit.Agent;

namespace LocalAgent.Tests.Setup;

/// <summary>Without a terminal: a line for each answer.</summary>
[NotInParallel]
public class SetupCommandTests
{
    static async Task<int> RunAsync(string root, string lines, params string[] arguments)
    {
        var before = Console.In;
        Console.SetIn(new StringReader(lines));
        try
        {
            var command = new RootCommand { SetupCommand.Create() };
            command.Options.Add(CommandLine.Config);
            command.Options.Add(CommandLine.Quiet);
            return await command.Parse(["setup", "--config", Path.Combine(root, "vault.toml"), .. arguments]).InvokeAsync();
        }
        finally { Console.SetIn(before); }
    }

    // A configuration that is there, so that nothing of it, nor of its state, can land in the home of whoever runs this.
    static string Place(out string text)
    {
        var root = Directory.CreateTempSubdirectory("platinum-setup-").FullName;
        text = $"vault = \"{root}/vault\" # mine\nstate = \"{root}/state\"\n";
        File.WriteAllText(Path.Combine(root, "vault.toml"), text);
        return root;
    }

    static string Found(string root) => string.Join(' ', Directory.EnumerateFileSystemEntries(root).Select(Path.GetFileName).Order());

    [Test]
    [Arguments("\n\nno\nno\n", 130)]
    [Arguments("\n\nno\n", 2)]
    [Arguments("\n\n", 2)]
    [Arguments("", 2)]
    [Arguments("\nanna@here.example\nAnna\n\n\n\nhush-7\n\nno\nno\n", 130)]
    public async Task Nothing_is_written_before_the_last_answer(string lines, int code)
    {
        var root = Place(out var text);
        await Assert.That(await RunAsync(root, lines)).IsEqualTo(code);
        await Assert.That(Found(root)).IsEqualTo("vault.toml");
        await Assert.That(File.ReadAllText(Path.Combine(root, "vault.toml"))).IsEqualTo(text);
        Directory.Delete(root, recursive: true);
    }

    [Test]
    public async Task Nor_is_it_in_a_dry_run()
    {
        var root = Place(out _);
        await Assert.That(await RunAsync(root, "", "--yes", "--dry-run", "--autostart", "false", "--address", "anna@here.example")).IsEqualTo(0);
        await Assert.That(Found(root)).IsEqualTo("vault.toml");
        Directory.Delete(root, recursive: true);
    }

    [Test]
    public async Task After_it_all_is_there_and_the_password_in_secrets_json_alone()
    {
        var root = Place(out _);
        // The servers are nobody's, so the doctor has something to say.
        await Assert.That(await RunAsync(root, "\nanna@here.example\nAnna\n\nlocalhost:1\nlocalhost:1\nhush-seven\n\nno\nyes\n")).IsEqualTo(3);
        await Assert.That(Found(root)).IsEqualTo("secrets.json state vault vault.toml");
        var holding = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(f => File.ReadAllText(f).Contains("hush-seven"));
        await Assert.That(string.Join(' ', holding.Select(Path.GetFileName))).IsEqualTo("secrets.json");
        if (!OperatingSystem.IsWindows()) await Assert.That(File.GetUnixFileMode(Path.Combine(root, "secrets.json"))).IsEqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await Assert.That(File.ReadAllText(Path.Combine(root, "vault.toml"))).Contains("vault\" # mine\n").And.Contains("address = \"anna@here.example\"");
        Directory.Delete(root, recursive: true);
    }
}
