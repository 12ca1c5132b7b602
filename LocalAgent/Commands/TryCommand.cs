using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LocalAgent.Trying;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Commands;

/// <summary>Trust comes by seeing it: real mail, read and left as it is, and what the agent would make of it.</summary>
static class TryCommand
{
    const int MaxLast = 1000;

    static readonly Argument<string> Address = new("address") { Description = "your mail address" };
    static readonly Option<int> Last = new("--last") { Description = "how many of the latest mails", HelpName = "N", DefaultValueFactory = _ => 20 };
    static readonly Option<string?> Host = new("--host") { Description = "the IMAP server; otherwise known or guessed from the address", HelpName = "HOST" };
    static readonly Option<int> Port = new("--port") { Description = "its port for TLS", HelpName = "PORT", DefaultValueFactory = _ => 993 };
    static readonly Option<string?> User = new("--user") { Description = "the login; otherwise the address", HelpName = "USER" };
    static readonly Option<string> Box = new("--mailbox") { Description = "the mailbox to read", HelpName = "NAME", DefaultValueFactory = _ => "INBOX" };
    static readonly Option<string?> CaFile = new("--ca-file") { Description = "a PEM file of authorities to trust beside the system's", HelpName = "FILE" };
    static readonly Option<string?> Name = new("--name") { Description = "your name, as it stands under a mail", HelpName = "NAME" };
    static readonly Option<bool> Json = CommandLine.Flag("--json", "an array of objects");

    public static Command Create() =>
        new Command("try", "Read your latest mails and show what the agent would make of them; nothing is changed, stored or sent") { Address, Last, Host, Port, User, Box, CaFile, Name, TriageCommand.Book, TrialModel.Model, Json }.Does(async (parsed, cancel) =>
    {
        var address = parsed.GetValue(Address)!;
        if (MailAddressOf(address) is null) throw new Refusal(ExitCode.Usage, $"'{address}' is not a mail address", "write it as you@example.com");
        if (parsed.GetValue(Last) is var last && last is < 1 or > MaxLast) throw new Refusal(ExitCode.Usage, $"--last {last}: from 1 to {MaxLast}", null);
        var (account, handbook) = (Owner.Account(address, parsed.GetValue(Name)), Owner.Handbook(parsed.GetValue(TriageCommand.Book)));
        var host = parsed.GetValue(Host) ?? Provider.Of(address)?.Imap ?? await GuessAsync(address, cancel);
        var server = new MailServer(host, parsed.GetValue(Port), Protection.Tls, parsed.GetValue(User) ?? address, "what you typed", parsed.GetValue(CaFile));
        Say.Info($"{server.User} at {host}:{server.Port}; the mailbox is only looked at");
        var drafter = TrialModel.Drafter(parsed);
        // Before the connection: a server does not wait for somebody who looks for a password.
        var password = Password(address);
        var (rows, needing) = (new List<TryRow>(), 0);
        await foreach (var mail in Mailbox.LastAsync(server, parsed.GetValue(Box)!, password, last, (int)TriageCommand.MaxMail, cancel))
        {
            var trial = Trial.Of(mail, account, handbook);
            var draft = trial.Verdict.NeedsAnswer ? DraftRow.Of(trial, await trial.DraftAsync(drafter, account, handbook, TimeProvider.System, cancel)) : DraftRow.None(trial);
            if (draft.Answer) needing++;
            if (parsed.GetValue(Json)) rows.Add(new(TriageRow.Of(trial), draft));
            else Print(trial, draft);
            if (rows.Count > 0 && rows.Count % 50 == 0) Say.Info($"{rows.Count} mails read");
        }
        if (parsed.GetValue(Json)) Say.Data(JsonSerializer.Serialize(rows.ToArray(), TriageJson.Default.TryRowArray));
        Say.Info($"{needing} would wait for your yes; nothing was stored");
        return ExitCode.Done;
    });

    static void Print(Trial trial, DraftRow draft)
    {
        TriageCommand.Print(trial);
        if (!draft.Answer) return;
        Say.Data("");
        DraftCommand.Print(draft);
        Say.Data("");
        Say.Data(new string('─', 60));
    }

    static string? MailAddressOf(string text) => text.IndexOf('@') is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) ? text : null;

    /// <summary>A domain of one's own: its servers' usual names. The certificate must be for the name that is taken.</summary>
    static async Task<string> GuessAsync(string address, CancellationToken cancel)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..];
        foreach (var name in new[] { $"imap.{domain}", $"mail.{domain}" })
        {
            try
            {
                if ((await Dns.GetHostAddressesAsync(name, cancel)).Length > 0) return name;
            }
            catch (SocketException) { continue; } // there is no such name; the next may be there
        }
        throw new Refusal(ExitCode.Usage, $"the mail server of {domain} is not known, and there is no imap.{domain} or mail.{domain}", "name it with --host");
    }

    /// <summary>Typed without being shown; from a pipe, its first line.</summary>
    static string Password(string address)
    {
        if (Provider.Of(address)?.Password is { Length: > 0 } hint) Say.Info(hint);
        return Hidden.Ask($"password for {address}: ");
    }
}

/// <summary>A mail as <c>try --json</c> prints it.</summary>
sealed record TryRow(TriageRow Mail, DraftRow Draft);
