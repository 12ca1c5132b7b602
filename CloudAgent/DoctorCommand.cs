using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Vault;

namespace CloudAgent;

static class DoctorCommand
{
    public static Command Create() => new Command("doctor", "Check what can be wrong before it goes wrong").Does(async (parsed, cancel) =>
    {
        var doctor = new Doctor();
        await doctor.ExamineAsync(parsed.Settings(Zone.Cloud), Zone.Cloud, cancel);
        return doctor.Code;
    });
}
