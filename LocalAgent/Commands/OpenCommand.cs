using System.CommandLine;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Commands;

/// <summary>Attachments are not in the vault; they are taken from the owner's own mailbox. Nothing is started: what a stranger sent is opened by the owner, or not.</summary>
static class OpenCommand
{
    static readonly Argument<string> Id = new("id") { Description = "a task's name, the hash at its end, or its beginning" };
    static readonly Argument<int?> Number = new("number") { Description = "which attachment, as listed without it", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<string?> To = new("--to") { Description = "the folder to put it into; otherwise the current one", HelpName = "DIR" };

    public static Command Create() => new Command("open", "Fetch a file that came with a mail from your mailbox, and put it into a folder") { Id, Number, To }.Does(async (parsed, cancel) =>
    {
        await using var office = Office.Open(parsed.Settings(Zone.Local));
        var entry = office.Vault.Resolve(parsed.GetValue(Id)!);
        var task = office.Vault.Read(entry);
        var original = await office.Originals.LookAsync(entry.Name, task, cancel);
        var files = LetterFile.Read(original.Mail ?? task).Attachments;
        if (parsed.GetValue(Number) is not { } number)
        {
            if (files.Count == 0) Say.Info("nothing came with it");
            for (var i = 0; i < files.Count; i++) Say.Data($"{i + 1}  {Say.Clean(files[i].Name)}  {Size.Of(files[i].Bytes)}  {Say.Clean(files[i].MediaType)}");
            return ExitCode.Done;
        }
        if (number < 1 || number > files.Count) throw new Refusal(ExitCode.Usage, $"it came with {files.Count} files; there is no number {number}", $"'localagent open {entry.Name.Value[^16..]}' lists them");
        var wanted = files[number - 1];
        using var mail = new MemoryStream(await office.Originals.OctetsAsync(entry.Name, task, cancel), writable: false);
        using var content = new MemoryStream();
        if (!AttachedFile.Extract(mail, wanted.Sha256, content)) throw new Refusal(ExitCode.Failed, $"the mail in your mailbox has no file with the hash {wanted.Sha256[..12]}", "the task names another one than came with the mail");
        var path = Put(parsed.GetValue(To) ?? ".", WindowsName.Here(wanted.Name), content.ToArray());
        Say.Data(path);
        Say.Info($"{Size.Of(wanted.Bytes)}, {Say.Clean(wanted.MediaType)}, not started and not checked for anything harmful");
        return ExitCode.Done;
    });

    /// <summary>Under a name that is free; nothing is replaced, nothing can be executed.</summary>
    static string Put(string folder, string name, byte[] content)
    {
        if (!Directory.Exists(folder)) throw new Refusal(ExitCode.Usage, $"there is no folder '{folder}'", "make it first, or name another with --to");
        var (stem, extension) = (Path.GetFileNameWithoutExtension(name), Path.GetExtension(name));
        for (var i = 1; i < 1000; i++)
        {
            var path = Path.GetFullPath(Path.Combine(folder, i == 1 ? name : $"{stem} ({i}){extension}"));
            if (Durable.WriteNew(path, content, secret: true)) return path;
        }
        throw new Refusal(ExitCode.Failed, $"{folder} has a thousand files of that name", null);
    }
}
