namespace VaultKit.Mail;

/// <summary>Where a provider's mail is read and sent, so that an address is enough. Hosts and ports as each publishes them.</summary>
/// <param name="SmtpPort">587 speaks STARTTLS, 465 TLS from the first octet (RFC 8314).</param>
/// <param name="SavesSent">The server files what was sent by itself.</param>
/// <param name="Password">What the owner has to know about the password; empty where it is the mailbox's own.</param>
public sealed record Provider(string Imap, string Smtp, int SmtpPort, bool SavesSent = false, string Password = "")
{
    const string Google = "Google wants an app password: turn on 2-step verification, then make one at myaccount.google.com/apppasswords";
    const string Microsoft = "Microsoft takes no passwords over IMAP any more";
    const string Switch = "reading by IMAP must be switched on in the mailbox's settings first";
    const string App = "the provider wants an app password, made in the account's security settings";

    static readonly (string[] Domains, Provider Provider)[] Known =
    [
        (["gmail.com", "googlemail.com"], new("imap.gmail.com", "smtp.gmail.com", 587, true, Google)),
        (["outlook.com", "outlook.de", "outlook.fr", "outlook.es", "hotmail.com", "hotmail.de", "hotmail.fr", "hotmail.es", "hotmail.co.uk", "live.com", "live.de", "live.fr", "msn.com"], new("outlook.office365.com", "smtp.office365.com", 587, true, Microsoft)),
        (["icloud.com", "me.com", "mac.com"], new("imap.mail.me.com", "smtp.mail.me.com", 587, false, App)),
        (["yahoo.com", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.co.uk", "ymail.com"], new("imap.mail.yahoo.com", "smtp.mail.yahoo.com", 465, true, App)),
        (["aol.com", "aol.de"], new("imap.aol.com", "smtp.aol.com", 465, true, App)),
        (["gmx.de", "gmx.net", "gmx.at", "gmx.ch"], new("imap.gmx.net", "mail.gmx.net", 587, false, Switch)),
        (["gmx.com", "gmx.fr", "gmx.es", "gmx.co.uk"], new("imap.gmx.com", "mail.gmx.com", 587, false, Switch)),
        (["web.de"], new("imap.web.de", "smtp.web.de", 587, false, Switch)),
        (["t-online.de", "magenta.de"], new("secureimap.t-online.de", "securesmtp.t-online.de", 465, false, "Telekom wants the password for mail programs, made in its customer centre")),
        (["freenet.de"], new("mx.freenet.de", "mx.freenet.de", 587, false, Switch)),
        (["posteo.de", "posteo.net"], new("posteo.de", "posteo.de", 465)),
        (["mailbox.org"], new("imap.mailbox.org", "smtp.mailbox.org", 587)),
        (["fastmail.com", "fastmail.fm"], new("imap.fastmail.com", "smtp.fastmail.com", 465, false, App)),
        (["zoho.com", "zohomail.com"], new("imap.zoho.com", "smtp.zoho.com", 465, true, Switch)),
        (["zoho.eu", "zohomail.eu"], new("imap.zoho.eu", "smtp.zoho.eu", 465, true, Switch)),
        (["orange.fr", "wanadoo.fr"], new("imap.orange.fr", "smtp.orange.fr", 465)),
        (["free.fr"], new("imap.free.fr", "smtp.free.fr", 465)),
        (["sfr.fr", "neuf.fr"], new("imap.sfr.fr", "smtp.sfr.fr", 465)),
        (["laposte.net"], new("imap.laposte.net", "smtp.laposte.net", 465)),
        (["bluewin.ch"], new("imaps.bluewin.ch", "smtpauths.bluewin.ch", 465)),
    ];

    /// <returns>Null where the domain is none of a large provider's.</returns>
    public static Provider? Of(string address)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..];
        return Array.Find(Known, k => k.Domains.Contains(domain, StringComparer.OrdinalIgnoreCase)).Provider;
    }
}
