using System.CommandLine;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

/// <summary>Two machines of one owner: each takes the other's key by hand. Nothing that the vault or its remote says adds one.</summary>
static class KeyCommand
{
    static readonly Argument<string> Key = new("key") { Description = "what 'localagent key' prints on the other machine" };
    static readonly Argument<string> Revoked = new("fingerprint") { Description = "as 'localagent key' prints it" };
    static readonly Option<string> Fingerprint = new("--fingerprint") { Description = "what the other machine's screen shows", Required = true, HelpName = "F" };

    public static Command Create()
    {
        var command = new Command("key", "The keys whose yes this machine carries out: its own, and those of your other machines")
        {
            new Command("trust", "Take what another machine of yours approves and decides for yours") { Key, Fingerprint }.Does(parsed =>
            {
                using var office = Office.Open(parsed.Settings(Zone.Local));
                office.Trusted.Trust(parsed.GetValue(Key)!, parsed.GetValue(Fingerprint)!);
                Say.Info($"trusted: {parsed.GetValue(Fingerprint)}; that machine takes no notice of this one until the same is done there");
                return ExitCode.Done;
            }),
            new Command("revoke", "Take nothing more from a machine that you have lost or given away") { Revoked }.Does(parsed =>
            {
                using var office = Office.Open(parsed.Settings(Zone.Local));
                office.Trusted.Revoke(parsed.GetValue(Revoked)!);
                Say.Info($"revoked: {parsed.GetValue(Revoked)}; what it approved and what was not carried out yet is asked for again");
                return ExitCode.Done;
            }),
        };
        command.Does(parsed =>
        {
            using var office = Office.Open(parsed.Settings(Zone.Local));
            Say.Data($"key          {office.Trusted.Own}");
            Say.Data($"fingerprint  {office.Trusted.OwnFingerprint}");
            foreach (var other in office.Trusted.Others) Say.Data($"trusted      {other}");
            return ExitCode.Done;
        });
        return command;
    }
}
