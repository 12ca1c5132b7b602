using System.Diagnostics;
using MimeKit;
using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Tests.Mail;

// drafts COUNT RUNS: so many mails of the labelled corpus, over and over, from memory; by turns MimeKit alone (the message parsed; parsed and disposed of at once, which spares it its finalizers;
// parsed and its text decoded) and the shipped code (read; read and sorted; from octets to the draft's fields). Prints the medians of milliseconds of processor for all mails in this order, and
// how many were drafted.
// drafts FOLDER: MimeKit parses each file in it, and that is all.
if (args is [var folder])
{
    foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)) MimeMessage.Load(file);
    return;
}
var (count, runs) = (int.Parse(args[0]), int.Parse(args[1]));
var mails = Directory.GetFiles(Path.Combine(Corpus.Folder, "../labelled"), "*.eml").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
var now = new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);
var (drafter, drafted) = (new BuiltInDrafter(), 0);

void Parsed(byte[] mail) => MimeMessage.Load(new MemoryStream(mail));

void Disposed(byte[] mail)
{
    using var message = MimeMessage.Load(new MemoryStream(mail));
}

void Decoded(byte[] mail)
{
    var message = MimeMessage.Load(new MemoryStream(mail));
    _ = message.TextBody ?? message.HtmlBody;
}

void Read(byte[] mail) => Corpus.Read(mail);

void Sorted(byte[] mail)
{
    var (letter, sifted) = Corpus.Read(mail);
    Triage.Of(letter, sifted, Corpus.Owner, Handbook.None);
}

void Drafted(byte[] mail)
{
    var (letter, sifted) = Corpus.Read(mail);
    var read = new Reading(letter);
    var verdict = Triage.Of(read, sifted, Corpus.Owner, Handbook.None);
    if (!verdict.NeedsAnswer) return;
    var request = new DraftRequest(letter, Corpus.Owner, Handbook.None, now) { Read = read };
    var draft = verdict.Asks ? new Draft(verdict.Language, null, verdict.Rule) : DraftLeaks.Checked(drafter.DraftAsync(request, default).GetAwaiter().GetResult(), request);
    if (Reply.Compose(letter, Corpus.Owner, draft).Body.Length > 0) drafted++;
}

double Time(Action<byte[]> one)
{
    var before = Process.GetCurrentProcess().TotalProcessorTime;
    for (var i = 0; i < count; i++) one(mails[i % mails.Length]);
    return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds;
}

var kinds = new Action<byte[]>[] { Parsed, Disposed, Decoded, Read, Sorted, Drafted };
var times = kinds.Select(_ => new List<double>()).ToArray();
foreach (var kind in kinds) Time(kind);
drafted = 0;
for (var run = 0; run < runs; run++)
    for (var i = 0; i < kinds.Length; i++) times[i].Add(Time(kinds[i]));
Console.WriteLine($"{string.Join(' ', times.Select(t => t.Order().ElementAt(t.Count / 2).ToString("0")))} {drafted / runs}");
