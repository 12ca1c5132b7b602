using LocalAgent.Importing;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Setup;

/// <summary>What setup says. Names and counts; never a secret, nor what stands in an older vault's files.</summary>
static class SetupText
{
    const int Shown = 40;

    /// <summary>What will be done, before it is.</summary>
    public static IEnumerable<string> Of(Answers answers, ImportPlan? plan, bool isNew)
    {
        yield return "";
        yield return $"configuration  {answers.File}{(isNew ? "" : ", changed where you said so")}";
        yield return $"vault          {answers.Vault}";
        yield return $"remote         {(answers.Remote.Length == 0 ? "none: this machine alone" : answers.Remote)}";
        if (answers.Account is { } account)
        {
            yield return $"account        {account.Name}: {account.Address}, read {(account.Inbox.Length > 0 ? "here" : "elsewhere")} by {account.Read}{Server(account.Imap, Provider.Of(account.Address)?.Imap, account.Read == "imap")}, sent by {(account.Outbox.Length == 0 ? "nobody" : account.Outbox)}{Server(account.Smtp, Provider.Of(account.Address)?.Smtp, account.Outbox == "smtp")}";
        }
        if (SettingsWriter.Secrets(answers) is { Count: > 0 } secrets) yield return $"secrets        {string.Join(", ", secrets.Select(s => s.Name))}";
        if (answers.Vm is not null && SshKey.Public() is null) yield return "ssh key        is made in ~/.ssh";
        if (answers.Autostart) yield return $"autostart      {Autostart.Place}";
        if (answers.Old is not { } old || plan is null) yield break;
        yield return $"taken over     {old.Root}, which is only read";
        foreach (var kind in plan.Items.GroupBy(i => i.Kind))
            foreach (var line in Named($"  {kind.Count()} {Words(kind.Key)}", kind.Select(i => i.File.Path))) yield return line;
        foreach (var line in Named($"  {plan.NotTasks.Count} open files are notes only", plan.NotTasks.Select(n => $"{n.Path}: {n.Why}"))) yield return line;
        if (old.Files.Any(f => f.Path == VaultFolder.HandbookFile)) yield return $"  {VaultFolder.HandbookFile} is your handbook";
        if (old.Files.Any(f => f.Path == VaultFolder.GoalsFile)) yield return $"  {VaultFolder.GoalsFile} are your goals";
        yield return $"  {old.Files.Count} files become notes below {Importer.Notes}/, on this machine only{(old.Files.Count(f => f.Folder == "Done") is > 0 and var done ? $"; {done} of them were done" : "")}";
        foreach (var line in Named($"  {old.Left.Count} files stay where they are", old.Left.Select(l => $"{l.Path}: {l.Why}"))) yield return line;
        foreach (var env in old.Settings.Read) yield return $"  settings from {env}";
        foreach (var (name, became) in old.Settings.Taken) yield return $"    {name}: {became}";
        foreach (var (name, why) in old.Settings.Left) yield return $"    {name}: left, {why}";
        if (old.Settings.Secrets.ContainsKey("model") && old.Settings.ModelKind.Length == 0) yield return "    the model's key is kept; write kind and name under [model] to use it";
    }

    static string Server(ServerAnswer? server, string? known, bool isOne) => !isOne ? "" : $" ({server?.ToString() ?? known})";

    static string Words(Becomes kind) => kind switch
    {
        Becomes.Mail => "mails are drafted anew",
        Becomes.Draft => "drafts wait for your yes; what was approved there is asked again",
        _ => "are yours to do, and wait in Pending_Approval/",
    };

    static IEnumerable<string> Named(string head, IEnumerable<string> names)
    {
        var all = names.ToList();
        if (all.Count == 0) yield break;
        yield return head;
        foreach (var name in all.Take(Shown)) yield return $"    {name}";
        if (all.Count > Shown) yield return $"    and {all.Count - Shown} more";
    }

    /// <summary>What came of it.</summary>
    public static IEnumerable<string> Of(Importer done, ImportPlan plan)
    {
        yield return $"taken over {done.Made} tasks{(done.Known > 0 ? $" ({done.Known} were here already)" : "")} and {done.NotesWritten} notes";
        if (plan.Masked + done.Masked is > 0 and var masked) yield return $"{masked} values that look like credentials were masked; the older vault still has them";
        foreach (var line in Named($"{done.Left.Count} things were left:", done.Left)) yield return line;
    }

    /// <summary>What the owner does next.</summary>
    public static IEnumerable<string> Next(Answers answers, Settings settings)
    {
        if (answers.Account is not { } account) yield break;
        foreach (var name in new[] { account.Read == "imap" ? "imap-" + account.Name : "", account.Outbox == "smtp" ? "smtp-" + account.Name : "" })
            if (name.Length > 0 && settings.Secrets.Find(name) is null) yield return $"next: the password '{name}' into {settings.Secrets.File}, mode 0600, or this command again";
        if (account.Read is not ("gmail" or "graph")) yield break;
        if (account.Inbox.Length == 0) yield return $"next: localagent login {account.Read} --account {account.Name} --for cloud, and its file as --secrets of the command for the other machine";
        yield return $"next: localagent login {account.Read} --account {account.Name} --for local";
    }
}
