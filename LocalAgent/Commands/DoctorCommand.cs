using System.CommandLine;
using LocalAgent.Acting;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class DoctorCommand
{
    public static Command Create() => new Command("doctor", "Check what can be wrong before it goes wrong; sends nothing").Does((parsed, cancel) => ExamineAsync(parsed.Settings(Zone.Local), cancel));

    public static async Task<ExitCode> ExamineAsync(Settings settings, CancellationToken cancel)
    {
        var doctor = new Doctor();
        if (await doctor.ExamineAsync(settings, Zone.Local, cancel) is not { } machine) return doctor.Code;
        await doctor.CheckAsync("approval key", () => { using var key = ApproverKey.Open(machine.State); return key.Fingerprint; });
        await doctor.CheckAsync("sending", () => new Pause(machine.State, machine.Clock).Look() is { } paused
            ? throw new Refusal(ExitCode.DoneInPart, $"paused{(paused.Reason.Length > 0 ? ": " + paused.Reason : "")}", "'localagent resume' goes on")
            : SendRules.Read(settings).ToString());
        foreach (var account in settings.Accounts)
            await doctor.CheckAsync($"outbox of {account.Name}", async () => Outbox.Read(settings, account) switch
            {
                { Target: OutboxTarget.Smtp smtp } => await SmtpDelivery.ProbeAsync(smtp.Server, settings.Secrets.Get, cancel),
                { Target: OutboxTarget.Gmail gmail } => await GmailDelivery.ProbeAsync(account, gmail.Client, settings.Secrets.Get, machine.State, cancel),
                { Target: OutboxTarget.Maildir maildir } => $"a maildir at {maildir.Path}: nothing leaves this machine",
                _ => null,
            });
        foreach (var account in settings.Accounts)
            await doctor.CheckAsync($"the password that reads {account.Name}", () => PasswordReach.ProbeAsync(settings, Outbox.Read(settings, account), cancel));
        return doctor.Code;
    }
}
