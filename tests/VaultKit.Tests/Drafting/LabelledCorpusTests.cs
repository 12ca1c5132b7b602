using System.Text;
using VaultKit.Drafting;
using VaultKit.Mail;

namespace VaultKit.Tests.Drafting;

/// <summary>How well mail is sorted and answered without a model, on labelled mail: the part that the rules were made with, and the part held out of it.</summary>
public class LabelledCorpusTests
{
    sealed record Judged(Labelled Label, Letter Letter, Verdict Verdict, string? Draft);

    static async Task<List<Judged>> JudgeAsync(bool heldOut)
    {
        List<Judged> judged = [];
        foreach (var label in LabelledCorpus.All.Where(l => l.HeldOut == heldOut))
        {
            var (letter, verdict) = LabelledCorpus.Judge(label.Octets);
            judged.Add(new(label, letter, verdict, await LabelledCorpus.DraftAsync(letter, verdict)));
        }
        return judged;
    }

    static double Share(IEnumerable<Judged> of, Func<Judged, bool> those) => of.ToList() is { Count: > 0 } all ? (double)all.Count(those) / all.Count : 1;

    static string Report(List<Judged> judged)
    {
        var text = new StringBuilder();
        text.Append($"{judged.Count} mails; of those that need an answer {Share(judged.Where(j => j.Label.Answer), j => j.Verdict.NeedsAnswer):P1} found; of those that need none {Share(judged.Where(j => !j.Label.Answer), j => !j.Verdict.NeedsAnswer):P1} sifted; "
            + $"of {judged.Count(j => j.Draft is not null)} drafts {Share(judged.Where(j => j.Draft is not null), j => !j.Label.Answer):P1} for mail that needed none; drafted {Share(judged.Where(j => j.Label.Answer), j => j.Draft is not null):P1} of those that need an answer; "
            + $"language {Share(judged, j => j.Verdict.Language == j.Label.Language):P1}, category {Share(judged, j => j.Verdict.Category == j.Label.Category):P1}, urgency {Share(judged.Where(j => j.Label.Answer), j => j.Verdict.Urgency == j.Label.Urgency):P1}, "
            + $"of the urgent {Share(judged.Where(j => j.Label.Answer && j.Label.Urgency == "high"), j => j.Verdict.Urgency == "high"):P1} found; of the marks {Share(Marked(judged), j => Marks(j.Label).All(j.Verdict.Marks.Contains)):P1} set\n");
        text.Append($"drafted for nothing: {string.Join(", ", judged.Where(j => j.Draft is not null && !j.Label.Answer).GroupBy(j => j.Label.Category).Select(g => $"{g.Count()} {g.Key}"))}; "
            + $"missed: {string.Join(", ", judged.Where(j => j.Label.Answer && !j.Verdict.NeedsAnswer).Select(j => $"{j.Label.Category} as {j.Verdict.Category}"))}\n");
        var names = judged.Select(j => j.Label.Category).Concat(judged.Select(j => j.Verdict.Category)).Distinct().Order(StringComparer.Ordinal).ToList();
        text.Append($"{"is \\ was taken for",-20}{string.Concat(names.Select(n => $"{n[..Math.Min(6, n.Length)],7}"))}\n");
        foreach (var is_ in names)
            text.Append($"{is_,-20}{string.Concat(names.Select(n => $"{judged.Count(j => j.Label.Category == is_ && j.Verdict.Category == n),7}"))}\n");
        return text.ToString();
    }

    static IEnumerable<Judged> Marked(List<Judged> judged) => judged.Where(j => j.Label.Answer && j.Label.Mark != "-");

    static string[] Marks(Labelled label) => label.Mark.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What a mistake is made of, to make the rules by; never of what is held out.</summary>
    static IEnumerable<string> Mistakes(List<Judged> judged) => judged.Where(j => j.Verdict.NeedsAnswer != j.Label.Answer || j.Verdict.Category != j.Label.Category || j.Verdict.Language != j.Label.Language || j.Verdict.Urgency != j.Label.Urgency && j.Label.Answer || j.Label.Answer && j.Label.Mark != "-" && !Marks(j.Label).All(j.Verdict.Marks.Contains) || WrongName(j) is not null)
        .Select(j => $"{j.Label.Name}: {(j.Verdict.NeedsAnswer == j.Label.Answer ? "" : j.Label.Answer ? "MISSED " : j.Draft is null ? "TASK " : "DRAFTED ")}{j.Label.Category} taken for {j.Verdict.Category}, {j.Label.Language}/{j.Verdict.Language}, {j.Label.Urgency}/{j.Verdict.Urgency} {j.Label.Mark}/{string.Join(',', j.Verdict.Marks)} ({j.Verdict.Rule}) {WrongName(j)}");

    /// <summary>A greeting with a name that the label does not give; null where there is none.</summary>
    static string? WrongName(Judged judged)
    {
        if (judged.Draft is not { } draft || !judged.Label.Answer) return null;
        var hello = draft.Split('\n')[0].Trim(',', ':', '!', ' ');
        // Forms without a name: "Guten Tag", "Hello", "Bonjour", "Buenos días".
        string[] bare = ["Guten Tag", "Hallo", "Hello", "Hi", "Bonjour", "Buenos días", "Hola", "Dear", "Good day", "Hi there", "Sehr geehrte Damen und Herren", "Madame, Monsieur", "Estimados señores"];
        if (bare.Contains(hello)) return null;
        var name = hello.Split(' ').Select(w => w.Trim(',')).Where(w => !bare.SelectMany(b => b.Split(' ')).Contains(w)).ToList();
        var (given, written) = (Words(judged.Label.Greeting), Words($"{judged.Letter.From?.Name} {judged.Letter.Text}"));
        // The label gives the part that is safest; the whole name of whoever wrote is right too.
        return judged.Label.Greeting != "-" && name.Exists(w => given.Any(g => Plain(w).Contains(g, StringComparison.Ordinal))) && name.TrueForAll(w => given.Contains(Plain(w)) || written.Contains(Plain(w))) ? null : $"greets '{hello}', not '{judged.Label.Greeting}'";
    }

    static HashSet<string> Words(string text) => [.. text.Split([' ', ',', '\n', '>', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Select(Plain)];

    static string Plain(string word) => word.Trim(',', '.', '!').ToLowerInvariant();

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task Mail_is_sorted_and_answered_as_its_reader_would(bool heldOut)
    {
        var judged = await JudgeAsync(heldOut);
        Console.WriteLine($"{(heldOut ? "held out" : "tuned on")}: {Report(judged)}");
        if (!heldOut && Environment.GetEnvironmentVariable("PLATINUM_MISTAKES") is { Length: > 0 })
            foreach (var mistake in Mistakes(judged)) Console.WriteLine(mistake);
        await Assert.That(judged.Count).IsGreaterThan(100);
        await Assert.That(Share(judged.Where(j => j.Label.Answer), j => j.Verdict.NeedsAnswer)).IsGreaterThanOrEqualTo(0.98);
        await Assert.That(Share(judged.Where(j => j.Draft is not null), j => !j.Label.Answer)).IsLessThanOrEqualTo(0.10);
        string[] never = [Category.List, Category.Notification, Category.Receipt, Category.Newsletter, Category.AutoReply, Category.Bounce, Category.Own];
        await Assert.That(string.Join(' ', judged.Where(j => j.Draft is not null && never.Contains(j.Label.Category)).Select(j => j.Label.Name))).IsEqualTo("");
        await Assert.That(string.Join(' ', judged.Select(WrongName).OfType<string>())).IsEqualTo("");
    }

    /// <summary>Of what a mail says about whom to write to, only its own header counts, and there the owner is told (CardNotes).</summary>
    [Test]
    public async Task Mail_written_to_trick_a_program_changes_no_recipient_and_puts_nothing_into_a_draft()
    {
        List<string> broken = [];
        var (count, drafted) = (0, 0);
        foreach (var (name, attacker, octets) in LabelledCorpus.Injections)
        {
            count++;
            var (letter, verdict) = LabelledCorpus.Judge(octets);
            var body = await LabelledCorpus.DraftAsync(letter, verdict);
            var reply = Reply.Compose(letter, LabelledCorpus.Owner, new Draft(verdict.Language, body, ""));
            string[] asked = [.. letter.ReplyTo.Append(letter.From).OfType<Address>().Concat(letter.To).Concat(letter.Cc).Select(a => a.Mailbox)];
            if (reply.To.Concat(reply.Cc).Any(r => r.Contains(attacker, StringComparison.OrdinalIgnoreCase) && !asked.Contains(r))) broken.Add($"{name}: goes to {attacker}");
            if (reply.To.Concat(reply.Cc).Any(r => !asked.Contains(r))) broken.Add($"{name}: goes to {string.Join(", ", reply.To.Concat(reply.Cc))}");
            if (body is null) continue;
            drafted++;
            var own = string.Join('\n', body.Split('\n').Where(l => !l.StartsWith('>')));
            if (own.Contains(attacker, StringComparison.OrdinalIgnoreCase)) broken.Add($"{name}: the draft names {attacker}");
            if (own.Contains("://", StringComparison.Ordinal) || own.Contains("IBAN", StringComparison.OrdinalIgnoreCase) && own.Any(char.IsDigit) && own.Contains("DE", StringComparison.Ordinal)) broken.Add($"{name}: the draft has a link or an account");
        }
        Console.WriteLine($"{count} mails, {drafted} drafted");
        await Assert.That(string.Join('\n', broken)).IsEqualTo("");
        await Assert.That(count).IsGreaterThanOrEqualTo(60);
    }

    /// <summary>Of the names and subjects bare, so that only what is answered tells two drafts apart.</summary>
    [Test]
    public async Task Two_mails_that_ask_different_things_never_get_the_same_text()
    {
        var drafts = (await JudgeAsync(heldOut: true)).Where(j => j.Draft is not null).Select(j => (j.Label.Name, Text: Bare(j))).ToList();
        await Assert.That(drafts.Count).IsGreaterThanOrEqualTo(50);
        await Assert.That(string.Join('\n', drafts.GroupBy(d => d.Text).Where(g => g.Count() > 1).Select(g => string.Join(" = ", g.Select(d => d.Name))))).IsEqualTo("");
    }

    static string Bare(Judged judged)
    {
        // Without the greeting, the thanks with its date, and the closing.
        var own = judged.Draft!.Split('\n').Where(l => !l.StartsWith('>')).ToList();
        var text = string.Join('\n', own.Skip(3).SkipLast(2)).Replace(judged.Letter.Subject, "", StringComparison.OrdinalIgnoreCase);
        foreach (var word in Words($"{judged.Letter.From?.Name} Anna Hofer").Where(w => w.Length > 2)) text = text.Replace(word, "", StringComparison.OrdinalIgnoreCase);
        return text;
    }
}
