using System.CommandLine;
using LocalAgent.Acting;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Audit;
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
        if (Forgotten.Read(machine.Vault).Length > 0)
        {
            using var office = Office.Open(settings);
            await doctor.CheckAsync("forgetting", () => Forgettings(office));
        }
        return doctor.Code;
    }

    /// <summary>When history began anew and by whom; and whether a machine that was away brought back what was forgotten.</summary>
    static string Forgettings(Office office)
    {
        var (list, octets) = (office.WasForgotten, Forgotten.Read(office.Vault));
        if (list.WithoutWord > 0 || list.Forgettings.Count == 0) throw new Refusal(ExitCode.Failed, $"{Forgotten.ListPath} has what no key that is trusted here signed", "'localagent verify' says more");
        var lines = Story.Texts(office.Vault, office.Machine.State, _ => true).Count(t => LogLine.Read(System.Text.Encoding.UTF8.GetBytes(t.Text)) is { } line && list.HasTask(line.Task));
        var tasks = Stages.All.SelectMany(office.Vault.List).Count(t => Forgotten.Holds(octets, t.Name));
        if (lines + tasks > 0) throw new Refusal(ExitCode.DoneInPart, $"a machine that was away brought something back of what was forgotten: {tasks} tasks, {lines} lines in logs", "'localagent forget ADDRESS' once more takes that out");
        return $"history began anew {list.Forgettings.Count} times, last by {list.Forgettings[^1].By} on {list.Forgettings[^1].At.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
    }
}
