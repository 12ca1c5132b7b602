using System.CommandLine;
using System.Diagnostics;
using System.Text;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class EditCommand
{
    static readonly Argument<string> Id = new("id") { Description = "a task's name, the hash at its end, or its beginning" };

    public static Command Create() => new Command("edit", "Change the text of a draft in $VISUAL or $EDITOR") { Id }.Does(async (parsed, cancel) =>
    {
        using var office = Office.Open(parsed.Settings(Zone.Local));
        var entry = office.Vault.Resolve(parsed.GetValue(Id)!);
        Say.Info(await EditAsync(office, entry, cancel) ? $"changed: {entry.Path}" : "nothing was changed");
        return ExitCode.Done;
    });

    /// <summary>Lets the owner change a draft's text in an editor.</summary>
    /// <returns>False where nothing was changed.</returns>
    /// <exception cref="Refusal">The editor failed, or the file was changed by somebody else meanwhile.</exception>
    /// <exception cref="BadTaskException">The file is no task file.</exception>
    public static async Task<bool> EditAsync(Office office, TaskEntry entry, CancellationToken cancel)
    {
        var bytes = office.Vault.ReadBytes(entry);
        var draft = TaskFile.Parse(bytes).Draft ?? "";

        var folder = Directory.CreateTempSubdirectory("localagent-");
        var isNeeded = false;
        try
        {
            var file = Path.Combine(folder.FullName, entry.Name.FileName);
            await File.WriteAllTextAsync(file, draft + "\n", new UTF8Encoding(false), cancel);
            var code = await EditAsync(file, cancel);
            if (code != 0) throw new Refusal(ExitCode.Failed, $"the editor ended with {code}; the draft is unchanged", "set EDITOR to an editor that waits until you close the file");
            var edited = (await File.ReadAllTextAsync(file, cancel)).ReplaceLineEndings("\n").TrimEnd('\n');
            if (edited == draft.TrimEnd('\n')) return false;
            try { office.Approver.ReplaceDraft(entry, bytes, edited); }
            catch (Refusal e)
            {
                isNeeded = true; // what the owner wrote is nowhere else
                throw new Refusal(e.Code, e.Message, $"what you wrote is kept in {file}", e);
            }
            return true;
        }
        finally { if (!isNeeded) folder.Delete(recursive: true); }
    }

    // The variable may hold arguments ("code --wait"), so the shell reads it, as git does; the file is an argument of its own.
    static async Task<int> EditAsync(string file, CancellationToken cancel)
    {
        var editor = Environment.GetEnvironmentVariable("VISUAL") is { Length: > 0 } visual ? visual : Environment.GetEnvironmentVariable("EDITOR") is { Length: > 0 } plain ? plain : null;
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(editor ?? "notepad", [file])
            : new ProcessStartInfo("/bin/sh", ["-c", $"{editor ?? "vi"} \"$1\"", "editor", file]);
        using var process = Process.Start(start) ?? throw new Refusal(ExitCode.Failed, "no editor could be started", "set EDITOR");
        await process.WaitForExitAsync(cancel);
        return process.ExitCode;
    }
}
