using System.CommandLine;
using LocalAgent;
using LocalAgent.Commands;
using VaultKit.Agent;

var root = new RootCommand("The agent on the owner's machine: it reads and drafts, waits for your yes, and only then sends.")
{
    SetupCommand.Create(),
    InitCommand.Create(),
    LoginCommand.Create(),
    RunCommand.Create(),
    ListCommand.Create(),
    ReviewCommand.Create(),
    ShowCommand.Create(),
    EditCommand.Create(),
    AttachCommand.Create(),
    OpenCommand.Create(),
    ApproveCommand.Create(),
    RejectCommand.Create(),
    RedraftCommand.Create(),
    UndoCommand.Create(),
    PostedCommand.Create(),
    LearnCommand.Create(),
    PauseCommand.Create(),
    ResumeCommand.Create(),
    ResolveCommand.Create(),
    ReleaseCommand.Create(),
    KeyCommand.Create(),
    StatusCommand.Create(VaultKit.Vault.Zone.Local, Office.Sending),
    AlertsCommand.Create(VaultKit.Vault.Zone.Local, LocalAgent.Alerts.Channels.Of),
    StatsCommand.Create(),
    LogCommand.Create(),
    VerifyCommand.Create(),
    ArchiveCommand.Create(),
    ForgetCommand.Create(),
    BackupCommand.Create(),
    RestoreCommand.Create(),
    GitCommand.Create(),
    DoctorCommand.Create(),
    DemoCommand.Create(),
    TryCommand.Create(),
    TriageCommand.Create(),
    DraftCommand.Create(),
    ModelCommand.Create(),
};
return await CommandLine.RunAsync(root, args);
