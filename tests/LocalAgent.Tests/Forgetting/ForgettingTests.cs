using System.Security.Cryptography;
using System.Text;
using LocalAgent.Forgetting;
using VaultKit.Audit;
using VaultKit.Vault;

namespace LocalAgent.Tests.Forgetting;

/// <summary>What is a person's and what is not; and that what is taken out of a log is told by the owner's signature and by nothing else.</summary>
public sealed class ForgettingTests
{
    const string Alice = "alice@kunde.example", AliceText = "Alice Zimmermann <alice@kunde.example>";

    static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    static TaskName Name(string title) => TaskName.From(title, SHA256.HashData(Encoding.UTF8.GetBytes(title)));

    static TaskFile Task(string title, string from, string text = "Hello") =>
        TaskFile.New(title).With("task", "email/1").With("account", "main").With("mail_from", from).With("mail_subject", title).WithOriginal(text);

    static TaskFile Answer(TaskFile task, string draft, params string[] cc) =>
        task.With("action", "mail.send/1").With("from", "me@here.example").With("to", [task.Get("mail_from")!]).With("cc", cc).With("bcc", []).With("subject", "Re").WithDraft(draft);

    static ForgottenList Signed(IReadOnlyCollection<string> lines, ECDsa? key = null) => new(List(lines, key), f => f == Approval.Fingerprint(Key) ? Key : null);

    static byte[] List(IReadOnlyCollection<string> lines, ECDsa? key = null) => ForgottenList.Append([], lines, (tasks, segments, digest) =>
        new ForgetRecord { By = "local-aaaaaa", Tasks = tasks, Segments = segments, Lines = digest, Approver = Approval.Fingerprint(Key), At = DateTimeOffset.UnixEpoch }.Sign(key ?? Key));

    static ForgetPlan Look(params (string Path, TaskFile Task)[] files)
    {
        using var v = new TestVault();
        return new Forgetter(v.Vault, Path.Combine(v.Root, "none"), new(Alice), Signed([])).Look(files.ToDictionary(f => f.Path, f => (Func<byte[]>)f.Task.ToBytes));
    }

    static string Text(ForgetPlan plan, string path) => Encoding.UTF8.GetString(plan.Changes[path]!);

    [Test]
    public async Task Theirs_goes_whole_and_in_others_the_mention_goes()
    {
        var (theirs, others, neither) = (Task("Cabinet", AliceText), Task("Table", "Bob Tischler <bob@anders.example>", $"As {AliceText} said.").With("mail_cc", [AliceText, "x@x.example"]), Task("Bench", "carla@dritte.example"));
        var path = $"Done/2026-11/{Name("Table").FileName}";
        var plan = Look(($"Done/2026-11/{Name("Cabinet").FileName}", theirs), (path, Answer(others, "Hello Bob, hello Alice Zimmermann", AliceText)), ($"Done/2026-11/{Name("Bench").FileName}", neither));
        await Assert.That(plan.Changes.Count).IsEqualTo(2);
        await Assert.That(plan.Changes[$"Done/2026-11/{Name("Cabinet").FileName}"]).IsNull();
        var now = TaskFile.Parse(plan.Changes[path]);
        await Assert.That(string.Join(';', now.GetList("mail_cc"))).IsEqualTo("[forgotten];x@x.example");
        await Assert.That(now.GetList("cc").Count).IsEqualTo(0);
        await Assert.That(Text(plan, path)).DoesNotContain("Alice").And.DoesNotContain("alice").And.Contains("hello [forgotten]").And.Contains("Bob Tischler");
        await Assert.That(plan.Left).IsEmpty();
        await Assert.That(plan.Lines.Single()).IsEqualTo("task " + Forgotten.Mark(Name("Cabinet").Hash));
    }

    [Test]
    public async Task What_was_approved_stays_as_it_was_signed()
    {
        var path = $"Done/2026-11/{Name("Table").FileName}";
        var task = Answer(Task("Table", "Bob Tischler <bob@anders.example>", $"As {AliceText} said."), "Hello Bob, hello Alice Zimmermann", AliceText).With(Approval.Key, "v1.x.y");
        var digest = TypedAction.Read(task)!.Digest();
        var plan = Look(($"Done/2026-11/{Name("Cabinet").FileName}", Task("Cabinet", AliceText)), (path, task));
        var now = TaskFile.Parse(plan.Changes[path]);
        await Assert.That(TypedAction.Read(now)!.Digest()).IsEqualTo(digest);
        await Assert.That(now.Original).DoesNotContain("lice");
        await Assert.That(plan.Left.Single()).Contains("your signature holds");
    }

    [Test]
    public async Task What_may_be_going_out_is_told_and_what_is_open()
    {
        var agent = AgentId.New(Zone.Local);
        var plan = Look(($"In_Progress/{agent}/{Name("A").FileName}", Task("A", AliceText).With("phase", "offered")), ($"Approved/email/{Name("B").FileName}", Task("B", AliceText)), ($"Rejected/email/{Name("C").FileName}", Task("C", AliceText)));
        await Assert.That(plan.UnderWay.Single()).IsEqualTo(Name("A").Value);
        await Assert.That(plan.Open.Count).IsEqualTo(2);
    }

    [Test]
    [Arguments("alice@kunde.example", true)]
    [Arguments("<ALICE@Kunde.Example>, and more", true)]
    [Arguments("malice@kunde.example", false)]
    [Arguments("alice@kunde.example.org", false)]
    [Arguments("alice@kunde.example.", true)]
    [Arguments("x.alice@kunde.example", false)]
    public async Task A_longer_address_is_somebody_elses(string text, bool isIn) => await Assert.That(new Person(Alice).IsIn(text)).IsEqualTo(isIn);

    [Test]
    public async Task A_name_that_somebody_else_bears_too_is_not_taken_out()
    {
        var path = $"Done/2026-11/{Name("Table").FileName}";
        var plan = Look(($"Done/2026-11/{Name("Cabinet").FileName}", Task("Cabinet", "Anna Berg <alice@kunde.example>")), (path, Task("Table", "Anna Berg <anna@werkstatt.example>")));
        await Assert.That(plan.Changes.ContainsKey(path)).IsFalse();
    }

    static byte[] Log(string previous, int number, params string[] tasks) =>
        Encoding.UTF8.GetBytes($"{{\"segment\":{number},\"agent\":\"cloud-aaaaaa\",\"previous\":\"{previous}\"}}\n" + string.Concat(tasks.Select(t => new LogLine { At = DateTimeOffset.UnixEpoch, Agent = "cloud-aaaaaa", Event = "mail.filed", Task = t, Detail = new() { ["from"] = t == "x" ? AliceText : "z" } }.ToJson() + "\n")));

    static string Hash(byte[] octets) => Convert.ToHexStringLower(SHA256.HashData(octets));

    static string Problems(ForgottenList list, params byte[][] segments)
    {
        var chain = new LogChain(list.StoodFor);
        foreach (var segment in segments) chain.Add("cloud-aaaaaa", segment);
        return string.Join(';', chain.Problems());
    }

    [Test]
    public async Task A_chain_goes_on_through_what_was_forgotten_once_and_twice_and_through_nothing_else()
    {
        var (first, lines) = (Log(new('0', 64), 1, "x", "y", "w"), new HashSet<string>());
        var second = Log(Hash(first), 2, "y");
        var now = LogRedaction.Of("cloud-aaaaaa", first, new(Alice), _ => false, lines)!;
        await Assert.That(Encoding.UTF8.GetString(now)).DoesNotContain("lice").And.Contains("\"task\":\"y\"").And.Contains("\"event\":\"forgotten\"");
        await Assert.That(Problems(Signed([]), now, second)).Contains("one of them was changed");
        await Assert.That(Problems(Signed(lines), now, second)).IsEqualTo("");
        await Assert.That(Problems(Signed(lines, ECDsa.Create(ECCurve.NamedCurves.nistP256)), now, second)).Contains("one of them was changed");
        var edited = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(now).Replace("\"y\"", "\"z\""));
        await Assert.That(Problems(Signed(lines), edited, second)).Contains("one of them was changed");
        // Somebody adds a line of their own for what they changed.
        var forged = Encoding.UTF8.GetString(List(lines)) + $"log cloud-aaaaaa 1 {Hash(first)} {Hash(edited)}\n";
        await Assert.That(Problems(new(Encoding.UTF8.GetBytes(forged), _ => Key), edited, second)).Contains("one of them was changed");
        var again = LogRedaction.Of("cloud-aaaaaa", now, new("nobody@x.example"), t => t == "w", lines)!;
        await Assert.That(Problems(Signed(lines), again, second)).IsEqualTo("");
    }

    [Test]
    public async Task The_list_grows_and_all_of_it_counts()
    {
        var list = ForgottenList.Append(List(["task aa", "sent bb"]), ["task " + Forgotten.Mark(Name("A").Hash)], (tasks, segments, digest) =>
            new ForgetRecord { By = "local-bbbbbb", Tasks = tasks, Segments = segments, Lines = digest, Approver = Approval.Fingerprint(Key), At = DateTimeOffset.UnixEpoch }.Sign(Key));
        var read = new ForgottenList(list, _ => Key);
        await Assert.That((read.Forgettings.Count, read.WithoutWord)).IsEqualTo((2, 0));
        await Assert.That(read.HasTask(Name("A").Value)).IsTrue();
        await Assert.That(Forgotten.Holds(list, Name("A"))).IsTrue();
        await Assert.That(Forgotten.Holds(list, Name("B"))).IsFalse();
    }
}
