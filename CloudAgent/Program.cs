using System.CommandLine;
using CloudAgent;
using VaultKit.Agent;
using VaultKit.Vault;

var root = new RootCommand("The agent that is always on: it reads mail and drafts answers. It cannot approve, send, post or pay.")
{
    RunCommand.Create(),
    SyncCommand.Create(),
    StatusCommand.Create(Zone.Cloud),
    AlertsCommand.Create(Zone.Cloud),
    DoctorCommand.Create(),
    PreReceiveCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
