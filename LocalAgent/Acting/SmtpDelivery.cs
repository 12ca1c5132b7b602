using LocalAgent.Approving;
using MailKit.Net.Smtp;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>Mail by SMTP (RFC 5321). All recipients must be accepted, or nothing is offered.</summary>
sealed class SmtpDelivery : MailDelivery
{
    /// <summary>For each answer after the connection stands.</summary>
    readonly TimeSpan patience;
    readonly MailServer server;
    readonly Func<string, string> password;

    public SmtpDelivery(
        MailServer server, Func<string, string> password, SentMailbox? sent, string owner, bool shadow = false, TimeSpan? patience = null, Func<TaskName, OutgoingFile, byte[]>? files = null)
        : base(sent, owner, shadow, files)
    {
        MailConnection.Check(server);
        (this.server, this.password, this.patience) = (server, password, patience ?? TimeSpan.FromSeconds(120));
    }

    protected override async Task<Outcome> OfferAsync(Prepared prepared, CancellationToken cancel)
    {
        using var session = new SmtpSession(Only is null ? null : Wire(Only));
        var offering = false;
        Outcome outcome;
        try
        {
            await MailConnection.OpenAsync(session, server, password, cancel);
            if (await EnvelopeAsync(session, prepared, cancel) is { } refused) outcome = refused;
            else
            {
                offering = true;
                // Not the caller's cancellation: being stopped now would turn an answer into a question.
                using var limit = new CancellationTokenSource(patience);
                var reply = await session.OfferAsync(prepared.Bytes, limit.Token);
                outcome = (int)reply.StatusCode switch
                {
                    >= 200 and < 300 => new Outcome.Accepted(Text(reply)),
                    >= 400 and < 500 => new Outcome.RefusedForNow(Text(reply)),
                    >= 500 and < 600 => new Outcome.RefusedForGood(Text(reply)),
                    _ => new Outcome.Unknown($"{server.Host} answered the mail with {Text(reply)}, which means nothing"),
                };
            }
        }
        catch (Exception e) when (MailConnection.Why(e, server) is { } why)
        {
            return offering && session.MayHaveEnded
                ? new Outcome.Unknown($"{why}; the mail had been handed over, and the answer to it never came")
                : new Outcome.NotOffered(why);
        }
        await QuitAsync(session, server);
        return outcome;
    }

    /// <summary>Connects and logs in, and says what was found; offers nothing.</summary>
    /// <exception cref="Refusal">It can't be reached, or does not let us in.</exception>
    public static async Task<string> ProbeAsync(MailServer server, Func<string, string> password, CancellationToken cancel)
    {
        using var session = new SmtpSession();
        try
        {
            await MailConnection.OpenAsync(session, server, password, cancel);
        }
        catch (Exception e) when (e is not Refusal && MailConnection.Why(e, server) is { } why)
        {
            throw new Refusal(e is MailKit.Security.AuthenticationException ? ExitCode.Credential : ExitCode.TryAgain, why, null, e);
        }
        await QuitAsync(session, server);
        return $"{server.Host} lets {server.User} in";
    }

    /// <summary>Without IMAP nothing can be known; with it, a mail that is not in Sent may still have gone out.</summary>
    public override async Task<Sighting> FindAsync(Intent intent, CancellationToken cancel) =>
        Sent is null ? new Sighting.CannotTell("no IMAP server is configured in which it could be looked for") : await Sent.FindAsync(intent, cancel);

    /// <summary>MAIL, RCPT, DATA up to the 354.</summary>
    /// <returns>Null where the content may be offered.</returns>
    async Task<Outcome?> EnvelopeAsync(SmtpSession session, Prepared prepared, CancellationToken cancel)
    {
        var mail = (MailSend)prepared.Action;
        var size = "";
        if ((session.Capabilities & SmtpCapabilities.Size) != 0)
        {
            if (session.MaxSize > 0 && prepared.Bytes.Length > session.MaxSize)
                return new Outcome.RefusedForGood($"the mail has {prepared.Bytes.Length} octets; {server.Host} takes {session.MaxSize}");
            size = $" SIZE={prepared.Bytes.Length}";
        }
        if (Refused(await SayAsync(session, $"MAIL FROM:<{Wire(mail.From)}>{size}", cancel), 2, "") is { } sender) return sender;

        var (refusals, answers) = (new List<Outcome>(), new List<(string, string)>());
        foreach (var recipient in mail.To.Concat(mail.Cc).Concat(mail.Bcc).Select(Wire).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var reply = await SayAsync(session, $"RCPT TO:<{recipient}>", cancel);
            answers.Add((recipient, Text(reply)));
            if (Refused(reply, 2, $"{recipient}: ") is { } refused) refusals.Add(refused);
        }
        if (refusals.Count > 0) return Worst(refusals) with { Recipients = answers };

        return Refused(await SayAsync(session, "DATA", cancel), 3, "");
    }

    async Task<SmtpResponse> SayAsync(SmtpSession session, string command, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        return await session.SayAsync(command, limit.Token);
    }

    /// <returns>Null where the answer is of the wanted class (its first digit).</returns>
    Outcome? Refused(SmtpResponse reply, int wanted, string about)
    {
        var code = (int)reply.StatusCode;
        var text = about + Text(reply);
        if (code / 100 == wanted) return null;
        // About the login, not about the mail (RFC 4954, 6).
        if (code is 454 or 530 or 534 or 535 or 538) return new Outcome.NotOffered($"{server.Host} wants another login for {server.User} (secret {server.Secret}): {text}");
        return (code / 100) switch
        {
            4 => new Outcome.RefusedForNow(text),
            5 => new Outcome.RefusedForGood(text),
            _ => new Outcome.NotOffered($"{server.Host} answered {text}, which means nothing here"),
        };
    }

    /// <summary>What is refused for good stays so; what is only postponed is tried again for all.</summary>
    static Outcome Worst(List<Outcome> refusals)
    {
        var good = refusals.OfType<Outcome.RefusedForGood>().ToList();
        if (good.Count > 0) return new Outcome.RefusedForGood(string.Join("; ", good.Select(r => r.Reply)));
        var now = refusals.OfType<Outcome.RefusedForNow>().ToList();
        return now.Count > 0 ? new Outcome.RefusedForNow(string.Join("; ", now.Select(r => r.Reply))) : refusals[0];
    }

    static string Text(SmtpResponse reply) => $"{(int)reply.StatusCode} {reply.Response.ReplaceLineEndings(" ")}";

    // A line break here would be a command of somebody else's.
    static string Wire(string address) =>
        MailAddress.Read(address, out var why) is { } read && MailAddress.Wire(read) is { } wire ? wire : throw new BadTaskException(why);

    static async Task QuitAsync(SmtpSession session, MailServer server)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try { await session.DisconnectAsync(true, limit.Token); }
        catch (Exception e) when (MailConnection.Why(e, server) is not null) { session.Dispose(); } // the answer is known; how the goodbye went changes nothing
    }
}
