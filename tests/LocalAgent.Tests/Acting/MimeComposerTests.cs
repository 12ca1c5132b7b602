using System.Diagnostics;
using System.Text;
using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

/// <summary>Judged by other software: Python's email.</summary>
public class MimeComposerTests
{
    const string Reader = """
        import sys, email, email.policy
        m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
        def out(k, v): print(k + '\t' + ascii(v))
        out('defects', m.defects)
        out('type', m.get_content_type())
        out('headers', ' '.join(m.keys()))
        out('from', [(a.display_name, a.addr_spec) for a in m['from'].addresses])
        out('to', [(a.display_name, a.addr_spec) for a in m['to'].addresses])
        out('cc', [(a.display_name, a.addr_spec) for a in m['cc'].addresses] if m['cc'] else [])
        out('subject', str(m['subject']))
        out('date', m['date'].datetime.isoformat())
        out('id', str(m['message-id']).strip())
        out('reply', str(m['in-reply-to']).strip())
        out('references', str(m['references']).split())
        out('marker', str(m['x-platinum-task']).strip())
        out('text', m.get_content().replace('\r\n', '\n'))
        """;

    static async Task<Dictionary<string, string>> ReadAsync(byte[] mail)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Reader]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await python.StandardInput.BaseStream.WriteAsync(mail);
        python.StandardInput.Close();
        var lines = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(l => l.Split('\t')[0], l => l.Split('\t')[1]);
    }

    [Test]
    public async Task Another_mail_reader_reads_what_was_approved()
    {
        var mail = TestVault.Mail("Grüße, 日本 🙂\n\n.\nFrom here\n" + new string('x', 2000) + "  \n> quoted = 3€\n--\nOwner") with
        {
            From = "\"Müller & Söhne, GmbH\" <owner@here.example>",
            To = ["Zoë <zoe@bücher.example>", "\"Smith, Bob\" <bob@there.example>"],
            Cc = ["ann@there.example"],
            Subject = "Re: Übergröße – " + string.Join(' ', Enumerable.Repeat("Fenster", 20)),
            References = [.. Enumerable.Range(0, 30).Select(i => $"{new string('r', 60)}{i}@there.example")],
        };
        var prepared = SmtpDeliveryTests.Prepare(mail);
        var read = await ReadAsync(prepared.Bytes);
        await Assert.That(read["defects"]).IsEqualTo("[]");
        await Assert.That(read["headers"]).IsEqualTo("'Date From To Cc Subject Message-ID In-Reply-To References X-Platinum-Task MIME-Version Content-Type Content-Transfer-Encoding'");
        await Assert.That(read["from"]).IsEqualTo("[('M\\xfcller & S\\xf6hne, GmbH', 'owner@here.example')]");
        await Assert.That(read["to"]).IsEqualTo("[('Zo\\xeb', 'zoe@xn--bcher-kva.example'), ('Smith, Bob', 'bob@there.example')]");
        await Assert.That(read["cc"]).IsEqualTo("[('', 'ann@there.example')]");
        await Assert.That(read["subject"]).IsEqualTo("'" + mail.Subject.Replace("Ü", "\\xdc").Replace("ö", "\\xf6").Replace("ß", "\\xdf").Replace("–", "\\u2013") + "'");
        await Assert.That(read["date"]).IsEqualTo("'2026-11-23T01:02:03+01:00'");
        await Assert.That(read["id"]).IsEqualTo($"'<{prepared.Intent.Id}>'");
        await Assert.That(read["reply"]).IsEqualTo("'<q1@there.example>'");
        await Assert.That(read["references"]).IsEqualTo("[" + string.Join(", ", mail.References.Select(r => $"'<{r}>'")) + "]");
        await Assert.That(read["marker"]).IsEqualTo($"'{prepared.Intent.Marker}'");
        await Assert.That(read["text"]).IsEqualTo("'" + (mail.Body + "\n").Replace("\n", "\\n").Replace("ü", "\\xfc").Replace("ß", "\\xdf")
            .Replace("日本", "\\u65e5\\u672c").Replace("🙂", "\\U0001f642").Replace("€", "\\u20ac") + "'");
    }

    [Test]
    public async Task The_octets_are_seven_bit_lines_that_nothing_on_the_way_has_to_change()
    {
        var bytes = SmtpDeliveryTests.Prepare(TestVault.Mail("ü" + new string('x', 5000) + " \n\tz\n")).Bytes;
        var text = Encoding.ASCII.GetString(bytes);
        await Assert.That(bytes.All(b => b is 13 or 10 or 9 or (>= 32 and < 127))).IsTrue();
        await Assert.That(text.Replace("\r\n", "")).DoesNotContain("\r").And.DoesNotContain("\n");
        await Assert.That(text.Split("\r\n").Max(l => l.Length)).IsLessThanOrEqualTo(78);
        await Assert.That(text.EndsWith("\r\n", StringComparison.Ordinal)).IsTrue();
    }

    [Test]
    public async Task The_same_intent_gives_the_same_octets_after_a_restart()
    {
        var mail = TestVault.Mail();
        var first = SmtpDeliveryTests.Prepare(mail);
        var kept = first.Intent.Write(TaskFile.New("x"));
        var again = Intent.Read(first.Intent.Task, TaskFile.Parse(kept.ToBytes()));
        await Assert.That(again).IsEqualTo(first.Intent);
        await Assert.That(MimeComposer.Compose(mail, again with { Attempt = 5 }).AsSpan().SequenceEqual(first.Bytes)).IsTrue();
    }
}
