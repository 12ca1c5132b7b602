using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>
/// A mailbox's password opens the provider's sending server too, as a rule, and IMAP can't be asked whether it does. A machine that must not act takes such a password only where the owner has
/// said so, and shows it for as long as it is so. A server on this machine is the owner's own matter.
/// </summary>
public static class SendCapable
{
    /// <summary>The accounts of a cloud machine whose password has to be taken for one that sends.</summary>
    public static IReadOnlyList<string> Accounts(Machine machine) => machine.State.Agent.Zone != Zone.Cloud ? []
        : [.. machine.Settings.Accounts.Where(a => a.Inbox is InboxSource.Imap imap && !imap.Server.IsHere).Select(a => a.Name)];

    /// <exception cref="Refusal">One of them was not accepted; exit code 12.</exception>
    public static void Refuse(Machine machine)
    {
        foreach (var name in Accounts(machine))
            if (machine.Account(name) is { Inbox: InboxSource.Imap { AcceptsSendCapable: false } imap })
                throw new Refusal(ExitCode.Credential, $"account {name}: the password for {imap.Server.Host} opens its sending server too, as a rule, and this machine must not be able to send",
                    "read Gmail and Microsoft 365 with inbox = \"gmail\" or \"graph\", or set accept_send_capable = true in [account.imap] and block the ports 25, 465 and 587 for this user");
    }
}
