using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>
/// Checks what can be wrong before it goes wrong. Each check stands alone and trusts no other; it changes nothing in the vault, the mailboxes or the remote.
/// </summary>
public sealed class Doctor
{
    ExitCode code = ExitCode.Done;

    /// <summary>The first failure's code, else <see cref="ExitCode.Done"/>.</summary>
    public ExitCode Code => code;

    /// <summary>Prints <c>[ OK ]</c> and what is fine, or <c>[FAIL]</c>, what is wrong and what to do.</summary>
    /// <param name="check">Gives what was found, in words; null where there is nothing to check.</param>
    public async Task CheckAsync(string name, Func<Task<string?>> check)
    {
        try
        {
            var found = await check();
            Say.Data(found is null ? $"[SKIP] {name}: not configured" : $"[ OK ] {name}: {Say.Clean(found)}");
        }
        catch (Refusal refusal) { Fail(name, refusal.Message, refusal.Hint, refusal.Code); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { Fail(name, e.Message, null, ExitCode.Failed); }
    }

    public Task CheckAsync(string name, Func<string?> check) => CheckAsync(name, () => Task.FromResult(check()));

    void Fail(string name, string what, string? hint, ExitCode failed)
    {
        Say.Data($"[FAIL] {name}: {Say.Clean(what)}");
        if (hint is not null) Say.Data($"       {Say.Clean(hint)}");
        if (code == ExitCode.Done) code = failed;
    }

    /// <summary>What both programs need.</summary>
    /// <returns>Null where there is no vault to check further.</returns>
    public async Task<Machine?> ExamineAsync(Settings settings, Zone zone, CancellationToken cancel)
    {
        Machine? machine = null;
        await CheckAsync("configuration", () => settings.File ?? "defaults and environment only");
        await CheckAsync("git library", () => { NativeGit.Load(); return "loaded"; });
        await CheckAsync("git for repacking", () => NativeGit.IsInstalled("git") ? "installed" : "not installed: this program repacks its git directory itself, which takes more memory");
        await CheckAsync("vault and state", () =>
        {
            machine = Machine.Open(settings, zone, TimeProvider.System);
            return $"{machine.Vault.Root}, {machine.State.Agent}" + (machine.Vault.ReadOnly ? "; a later protocol: this program only reads" : "");
        });
        if (machine is null) return null;
        await CheckAsync("no other git in the vault", () => machine.Vault.HasForeignGit
            ? throw new Refusal(ExitCode.DoneInPart, "there is a .git in the vault", "if it pulls from somewhere, others can write here; approving by moving a file is off while it is there")
            : "none");
        await CheckAsync("handbook", () => machine.DemandTextInHandbook() ? "text" : null);
        await CheckAsync("rules in the handbook", () => machine.Handbook() is { RulesNotUnderstood: [var first, ..] left }
            ? throw new Refusal(ExitCode.DoneInPart, $"{left.Count} can't be followed, such as: {first}", "say never answer, always ask or archive, and for which address or words of the subject")
            : machine.Handbook().Rules is { Count: > 0 } rules ? $"{rules.Count}" : null);
        await CheckAsync("remote", () => settings.Remote is null ? null : new SyncCycle(machine.Vault, machine.State, machine.SyncOptions(), machine.Clock).Probe(cancel));
        await CheckAsync("others' pushes", async () => settings.Remote is null ? null : await RemoteWatch.ProbeAsync(machine.SyncOptions(), machine.State, cancel));
        if (zone == Zone.Cloud) await CheckAsync("nothing that could send", () =>
        {
            SendCapable.Refuse(machine);
            return SendCapable.Accounts(machine) is { Count: > 0 } accepted ? $"you have accepted a password that could: {string.Join(", ", accepted)}" : "none";
        });
        await CheckAsync("answers in the handbook", () => machine.Handbook().Answers.All is { Count: > 0 } answers ? $"{answers.Count}" : null);
        await CheckAsync("model", async () => settings.Model is not { } model ? null : await ProbeAsync(settings, model, cancel));
        foreach (var account in settings.Accounts.Where(a => a.Inbox is not null).SelectMany(a => a.ByMailbox()))
            await CheckAsync($"inbox of {account.Name}{(account.Inbox is InboxSource.Imap { IsAlso: true, Mailbox: var also } ? $", {also}" : "")}", () => ProbeAsync(machine, account, cancel));
        return machine;
    }

    static async Task<string?> ProbeAsync(Settings settings, ModelSettings model, CancellationToken cancel)
    {
        PromptTemplate.Of(model.PromptDirectory);
        var found = await model.Open(settings.Secrets).ProbeAsync(cancel);
        return $"{model.Name}: {found}{(model.Spends(settings.Secrets) ? $"; its key is the secret '{model.Key}', which spends money of yours in whoever's hands it is" : "")}";
    }

    static async Task<string?> ProbeAsync(Machine machine, Account account, CancellationToken cancel)
    {
        await using var inbox = machine.OpenInbox(account);
        // First what the token may do: a token that is not taken here reads nothing.
        var may = inbox is IGranted granted ? $"; its token may: {await granted.GrantAsync(cancel)}" : "";
        var recent = 0;
        await foreach (var _ in inbox.ReadAsync(default, machine.Clock.GetUtcNow() - TimeSpan.FromDays(1), cancel))
            if (++recent == 100) break;
        return $"{account.Address} can be read; {(recent == 100 ? "100 or more" : recent)} mails of the last day{may}";
    }
}
