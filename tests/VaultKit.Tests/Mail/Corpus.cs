using System.Text;
using VaultKit.Mail;

namespace VaultKit.Tests.Mail;

/// <summary>Mails as real mailers write them, under tests/Corpus/mail; names, persons and domains are invented.</summary>
static class Corpus
{
    public static readonly Account Owner = new()
    {
        Name = "main",
        Address = "office@glaserei.example",
        DisplayName = "Glaserei Example",
        Aliases = ["info@glaserei.example"],
    };

    public static string Folder { get; } = Find();

    static string Find()
    {
        foreach (var start in (string[])[AppContext.BaseDirectory, Environment.CurrentDirectory])
            for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
                foreach (var inside in (string[])["tests/Corpus/mail", "Corpus/mail"])
                    if (Directory.Exists(Path.Combine(at.FullName, inside))) return Path.Combine(at.FullName, inside);
        throw new DirectoryNotFoundException("tests/Corpus/mail is not above the test program");
    }

    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.eml").Select(f => Path.GetFileNameWithoutExtension(f)).Order();

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, name + ".eml"));

    public static (Letter Letter, Sifted? Sifted) Read(string name) => Read(Bytes(name));

    public static (Letter Letter, Sifted? Sifted) Read(byte[] mail) => LetterReader.Read(Owner, new MemoryStream(mail), mail.Length, true);

    public static (Letter Letter, Sifted? Sifted) ReadText(string mail) => Read(Encoding.UTF8.GetBytes(mail));

    /// <summary>The same octets as an IMAP server gives them.</summary>
    public static byte[] WithCrlf(byte[] mail) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(mail).Replace("\r\n", "\n").Replace("\n", "\r\n"));

    /// <summary>All of a letter in one text, so that two can be compared and a difference read.</summary>
    public static string Show(Letter letter) => string.Join('\n',
    [
        $"digest {Convert.ToHexStringLower(letter.Digest)}", $"id {letter.MessageId}", $"from {letter.From}", $"reply-to {string.Join(", ", letter.ReplyTo)}",
        $"to {string.Join(", ", letter.To)}", $"cc {string.Join(", ", letter.Cc)}", $"date {letter.Date:O}", $"subject {letter.Subject}",
        $"references {string.Join(' ', letter.References)}", .. letter.Notes.Select(n => "note " + n), .. letter.Attachments.Select(a => a.ToString()), "", letter.Text,
    ]);
}
