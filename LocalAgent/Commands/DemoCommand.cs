using System.CommandLine;
using System.Diagnostics;
using LocalAgent.Demo;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class DemoCommand
{
    static readonly Option<string?> Mail = new("--mail") { Description = "mails of your own to take along: a maildir, a folder of .eml files, or one file; they are only read", HelpName = "PATH" };
    static readonly Option<bool> Keep = CommandLine.Flag("--keep", "leave the folders to look around in");

    public static Command Create() => new Command("demo", "See it all happen on this machine: no account, no server, a few seconds") { Mail, Keep }.Does(async (parsed, cancel) =>
    {
        var watch = Stopwatch.StartNew();
        var mails = parsed.GetValue(Mail) is { } path ? Mails(path) : [];
        var ground = DemoGround.Create(DemoGround.GuessOwner(mails) ?? DemoGround.Owner);
        Say.Quiet = true;
        try
        {
            await new DemoScript(ground).PlayAsync(mails, cancel);
            Say.Data("");
            Say.Data($"All ten steps happened, in {watch.Elapsed.TotalSeconds:0.0} s.");
        }
        finally
        {
            if (parsed.GetValue(Keep)) Say.Data($"The folders are in {ground.Root}; look with: localagent list --config {ground.LocalConfig}");
            else Directory.Delete(ground.Root, recursive: true);
        }
        return ExitCode.Done;
    });

    static List<string> Mails(string path)
    {
        var full = Settings.FullPath(path);
        if (File.Exists(full)) return [full];
        if (!Directory.Exists(full)) throw new Refusal(ExitCode.Usage, $"there is nothing at {full}", "name a maildir, a folder of .eml files, or one .eml file");
        var isMaildir = Directory.Exists(Path.Combine(full, "new")) && Directory.Exists(Path.Combine(full, "cur"));
        var files = isMaildir
            ? new[] { "new", "cur" }.SelectMany(d => Directory.EnumerateFiles(Path.Combine(full, d)))
            : Directory.EnumerateFiles(full, "*.eml");
        List<string> mails = [.. files.Where(f => !Path.GetFileName(f).StartsWith('.') && Disk.Stamp(f).Kind == FileKind.Regular).Order(StringComparer.Ordinal)];
        return mails.Count > 0 ? mails : throw new Refusal(ExitCode.Usage, $"there is no mail in {full}", "name a maildir, a folder of .eml files, or one .eml file");
    }
}
