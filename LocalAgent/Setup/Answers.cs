using LocalAgent.Importing;
using VaultKit.Mail;

namespace LocalAgent.Setup;

/// <summary>What the owner wants, whole, before anything is written.</summary>
/// <param name="File">The vault.toml that will be written or changed.</param>
/// <param name="Remote">Empty: this machine alone.</param>
/// <param name="MayBegin">The remote holds no vault of another machine's yet, as far as its owner knows.</param>
/// <param name="Account">Null: no account is added or changed.</param>
/// <param name="Old">Null: nothing is taken over.</param>
sealed record Answers(string File, string Vault, string Remote, bool MayBegin, AccountAnswer? Account, OldSettings Before, OldVault? Old, bool Autostart, VmAnswer? Vm);

/// <summary>One account.</summary>
/// <param name="Inbox">As vault.toml has it; empty: this machine does not read it.</param>
/// <param name="Read">How it is read, on whichever machine: imap, gmail, graph, or a maildir or folder.</param>
/// <param name="Imap">Null where the provider is known, or there is none.</param>
/// <param name="ReadPassword">Empty: as it is.</param>
sealed record AccountAnswer(string Name, string Address, string DisplayName, string Read, string Inbox, string Outbox, ServerAnswer? Imap, ServerAnswer? Smtp, string ClientId, string ReadPassword, string SendPassword, string ClientSecret)
{
    public Account AsAccount() => new() { Name = Name, Address = Address, DisplayName = DisplayName };
}

/// <summary>A mail server as it was answered.</summary>
/// <param name="Port">0: the usual one.</param>
/// <param name="User">Empty: the address.</param>
sealed record ServerAnswer(string Host, int Port, string User)
{
    /// <summary>As a person writes it.</summary>
    public override string ToString() => Port == 0 ? Host : $"{Host}:{Port}";

    /// <summary>A host, or a host and its port.</summary>
    public static ServerAnswer? Parse(string text, out string why)
    {
        why = $"'{text}' is no server: write its name, or name:port";
        var colon = text.LastIndexOf(':');
        var (host, port) = colon > 0 && int.TryParse(text[(colon + 1)..], out var number) ? (text[..colon], number) : (text, 0);
        return Hosts.IsName(host) && port is >= 0 and <= 65535 ? new(host, port, "") : null;
    }
}

/// <summary>The machine that is always on, and what its set-up is called with.</summary>
/// <param name="Login">As the owner logs in there, <c>ubuntu@host</c>.</param>
/// <param name="AcceptsSendCapable">It may have a mailbox password that could send.</param>
sealed record VmAnswer(string Login, string Host, int Port, bool AcceptsSendCapable);

/// <summary>Names of machines. They are printed into commands, so nothing that a shell would take for its own passes.</summary>
static class Hosts
{
    const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

    public static bool IsName(string text) =>
        text.Length is > 0 and <= 253 && text[0] is not ('-' or '.') && (!text.AsSpan().ContainsAnyExcept(Letters) || System.Net.IPAddress.TryParse(text, out _) && text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.'));

    public static bool IsUser(string text) => text.Length is > 0 and <= 32 && char.IsAsciiLetterOrDigit(text[0]) && !text.AsSpan().ContainsAnyExcept(Letters + "_");
}
