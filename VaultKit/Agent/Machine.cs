using VaultKit.Audit;
using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>One machine's installation: its settings, its state directory, its vault and its log.</summary>
public sealed record Machine(Settings Settings, StateDirectory State, VaultFolder Vault, AuditLog Audit, TimeProvider Clock)
{
    /// <exception cref="Refusal">No vault, or a state directory that can't be used.</exception>
    public static Machine Open(Settings settings, Zone zone, TimeProvider clock)
    {
        var state = StateDirectory.Open(settings.State, zone);
        return new(settings, state, VaultFolder.Open(settings.Vault, state.Agent), new AuditLog(state, clock), clock);
    }

    /// <summary>Null where this machine has no account of that name.</summary>
    public Account? Account(string name) => Settings.Accounts.FirstOrDefault(a => a.Name == name);

    /// <summary>The owner's words; an empty handbook where the file is missing or can't be read.</summary>
    public Handbook Handbook() => HandbookReader.Read(System.Text.Encoding.UTF8.GetString(HandbookOctets()));

    /// <returns>Whether there is one.</returns>
    /// <exception cref="Refusal">The handbook is no UTF-8 text: rules and answers with other letters than ASCII's would not be found in it. Exit code 3.</exception>
    public bool DemandTextInHandbook()
    {
        var octets = HandbookOctets();
        return System.Text.Unicode.Utf8.IsValid(octets) ? octets.Length > 0
            : throw new Refusal(ExitCode.DoneInPart, $"{VaultFolder.HandbookFile} is not UTF-8 text", "save it in that encoding; until then, rules and answers with letters such as ä or é are not found in it");
    }

    byte[] HandbookOctets() => Vault.FullPath(VaultFolder.HandbookFile) is var file && Disk.Stamp(file).Kind == FileKind.Regular ? Disk.ReadRegular(file, TaskFile.Limit) : [];

    /// <summary>The mailboxes that this machine reads. Nothing is connected yet.</summary>
    public IReadOnlyList<IInbox> OpenInboxes() =>
        [.. Settings.Accounts.Where(a => a.Inbox is not null).SelectMany(a => a.ByMailbox()).Select(OpenInbox)];

    /// <exception cref="Refusal">The account has no inbox on this machine.</exception>
    public IInbox OpenInbox(Account account) =>
        Inboxes.Open(account, Settings.Secrets.Get, State, Settings.MaxMail, account.Inbox is InboxSource.Gmail or InboxSource.Graph ? Settings.ApiPoll : Settings.Poll, Clock);

    /// <summary>The connection that this machine's daemon holds open to the remote; null where it is not reached by ssh.</summary>
    internal SharedSsh? Shared { get; } = SharedSsh.Of(State, Settings.Remote ?? "");

    public SyncOptions SyncOptions() => SyncOptionsOf(Settings) with { Shared = Shared };

    /// <summary>Also for a machine that has no vault yet.</summary>
    public static SyncOptions SyncOptionsOf(Settings settings) => new()
    {
        Remote = settings.Remote ?? "",
        GoesOn = ServiceManager.Current.Progress,
        OwnersKey = OwnersKeys.From(settings.List("owners"), "vault.toml, owners"),
        // Asked by an https remote only; the user stands in its address (https://you@host/vault.git).
        Credentials = () => settings.Secrets.Find("remote") is { } password && Uri.TryCreate(settings.Remote, UriKind.Absolute, out var uri)
            ? (Uri.UnescapeDataString(uri.UserInfo.Split(':')[0]), password) : null,
    };
}
