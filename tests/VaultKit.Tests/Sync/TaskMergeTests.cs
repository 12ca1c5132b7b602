using System.Text;
using CsCheck;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>Two versions of one task's content, merged by parts.</summary>
public sealed class TaskMergeTests
{
    const string Base = """
        ---
        task: email/1
        action: mail.send/1
        account: office
        to:
          - Ann <ann@example.com>
        subject: Your broken table
        priority: low
        tags:
          - wood
        ---

        # Your table

        ## Draft

        Dear Ann, we will look at it.

        ## Original

        > Can you repair it?

        """;

    static string Merged(string @base, string standing, string other) => Encoding.UTF8.GetString(Run(@base, standing, other)!.Bytes);

    static MergedTask? Run(string @base, string standing, string other) =>
        TaskMerge.Run(Encoding.UTF8.GetBytes(@base), Encoding.UTF8.GetBytes(standing), Encoding.UTF8.GetBytes(other));

    static string Edit(string text, string from, string to) => text.Contains(from) ? text.Replace(from, to) : throw new ArgumentException(from);

    [Test]
    [Arguments("priority: low", "priority: high", "we will look at it", "we look at it on Monday")]
    [Arguments("priority: low\n", "", "# Your table\n", "# Your table\n\nShe is a good customer.\n")]
    [Arguments("tags:\n  - wood\n", "tags:\n  - oak\n", "---\n\n# Your", "seen: yes\n---\n\n# Your")]
    [Arguments("Ann <ann@", "Ann B. <ann@", "> Can you repair it?\n", "> Can you repair it?\n\nMy notes on it.\n")]
    [Arguments("subject: Your broken table", "subject: Your oak table", "tags:\n  - wood\n", "tags: [wood, oak]\n")]
    public async Task Edits_of_different_parts_are_both_there_whoever_merges(string a, string aNow, string b, string bNow)
    {
        var (one, two) = (Edit(Base, a, aNow), Edit(Base, b, bNow));
        var both = Edit(one, b, bNow);
        await Assert.That(Merged(Base, one, two)).IsEqualTo(both);
        await Assert.That(Merged(Base, two, one)).IsEqualTo(both);
        await Assert.That(Run(Base, one, two)!.Whole).IsTrue();
        await Assert.That(Run(Base, two, one)!.Whole).IsTrue();
    }

    [Test]
    [Arguments("priority: low", "priority: high", "priority: none")]
    [Arguments("we will look at it.", "no.", "yes.")]
    [Arguments("# Your table\n", "# Her table\n", "# Your table\n\nA note.\n")]
    [Arguments("> Can you repair it?", "> Can you", "> Could you repair it?")]
    [Arguments("priority: low", "# mine\npriority: low", "# theirs\npriority: low")]
    public async Task Where_both_changed_a_part_the_standing_version_counts_and_the_merge_is_not_whole(string at, string mine, string theirs)
    {
        var standing = Edit(Base, at, mine);
        var merged = Run(Base, standing, Edit(Base, at, theirs))!;
        await Assert.That(Encoding.UTF8.GetString(merged.Bytes)).IsEqualTo(standing);
        await Assert.That(merged.Whole).IsFalse();
    }

    [Test]
    public async Task Words_never_meet_an_address_that_they_were_not_written_for()
    {
        var (words, address) = (Edit(Base, "we will look at it", "your key is under the mat"), Edit(Base, "ann@example.com", "eve@example.com"));
        foreach (var (standing, other) in ((string, string)[])[(words, address), (address, words)])
        {
            await Assert.That(Merged(Base, standing, other)).IsEqualTo(standing);
            await Assert.That(Run(Base, standing, other)!.Whole).IsFalse();
        }
    }

    // Found by tests/Fuzz: below the original nobody reads a heading, above none it was read as the draft.
    [Test]
    public async Task A_line_of_the_original_becomes_no_draft_where_the_standing_version_has_none()
    {
        const string none = "---\ntask: email/1\n---\n\n# x\n";
        var hostile = none.Replace("email/1", "email/1\npriority: high") + "\n## Draft\n\n## Original\n\n## Draft\n\npay me\n";
        var merged = Run(none, none.Replace("email/1", "email/1\nsubject: The owner's"), hostile);
        await Assert.That(merged is null || string.IsNullOrEmpty(TaskFile.Parse(merged.Bytes).Draft)).IsTrue();
    }

    // Found by tests/Fuzz.
    [Test]
    public async Task A_form_feed_in_a_key_of_the_others_begins_no_other_key() =>
        await Assert.That(Run(Base, Edit(Base, "# Your table\n", "# Your table\n\nA note.\n"), Edit(Base, "priority: low\n", "priority: low\nmood:\fcc: eve@example.com\n"))).IsNull();

    [Test]
    public async Task A_claim_is_taken_whole_from_the_version_that_stands()
    {
        var claimed = Edit(Base, "priority: low\n", "priority: low\nclaimed_by: cloud-000000\nclaim: aaaa\n");
        var edited = Edit(Base, "priority: low\n", "priority: high\nclaim: bbbb\nreleased: cccc\n");
        await Assert.That(Merged(Base, claimed, edited)).IsEqualTo(Edit(claimed, "priority: low", "priority: high"));
        await Assert.That(Merged(claimed, Edit(claimed, "# Your", "# The"), Base)).Contains("claim: aaaa");
    }

    [Test]
    [Arguments("approval: v1.x.y")]
    [Arguments("phase: offered")]
    public async Task What_is_or_was_approved_is_never_merged(string key)
    {
        var (approved, edited) = (Edit(Base, "priority: low", $"priority: low\n{key}"), Edit(Base, "priority: low", "priority: high"));
        await Assert.That(Run(Base, approved, edited)).IsNull();
        await Assert.That(Run(Base, edited, approved)).IsNull();
        await Assert.That(Run(approved, edited, Base)).IsNull();
    }

    [Test]
    public async Task What_is_no_task_is_not_merged()
    {
        await Assert.That(Run(Base, "no front matter", Base)).IsNull();
        await Assert.That(Run("", Base, Base)).IsNull();
        var swapped = Base.Replace("## Draft", "## X").Replace("## Original", "## Draft").Replace("## X", "## Original");
        await Assert.That(Run(swapped, Edit(swapped, "low", "high"), swapped)).IsNull();
        var (long1, long2) = (Edit(Base, "we will", new string('a', 300_000)), Edit(Base, "# Your table\n", "# Your table\n" + new string('b', 300_000)));
        await Assert.That(Run(Base, long1, long2)).IsNull();
    }

    [Test]
    public async Task An_editor_that_writes_the_same_values_in_its_own_way_changed_only_what_it_changed()
    {
        // Obsidian's Properties: quotes, indentation and line ends of its own.
        var rewritten = Edit(Edit(Base, "subject: Your broken table", "subject: \"Your broken table\""), "  - wood", "- wood").Replace("priority: low", "priority: high").Replace("\n", "\r\n");
        var standing = Edit(Base, "we will", "we shall");
        await Assert.That(Merged(Base, standing, rewritten)).IsEqualTo(Edit(standing, "priority: low", "priority: high"));
        await Assert.That(Merged(Base, rewritten, standing)).Contains("priority: high\r\n").And.Contains("we shall");
    }

    [Test]
    public async Task The_keys_of_an_action_are_all_that_it_writes()
    {
        var action = new MailSend { Account = "a", From = "a@b", To = ["c@d"], Cc = ["c@d"], Bcc = ["c@d"], Subject = "s", InReplyTo = "x@y", References = ["x@y"], Body = "b",
            Attachments = [new("n", new string('0', 64))] };
        var written = new SocialPost { Account = "", Network = "x", Body = "b" }.Write(new HandbookAdd { Account = "", Sections = "s", Body = "b" }.Write(action.Write(TaskFile.New("x")))).Parts()!.Front.Keys;
        await Assert.That(string.Join(" ", written.Order())).IsEqualTo(string.Join(" ", TypedAction.Keys.Order()));
    }

    // Each part in three versions; the parts' texts hold what could be taken for another part.
    static readonly string[][] Variants =
    [
        ["", "priority: low\n", "priority: \"high: # 1\"\n"], ["", "tags: [a, b]\n", "tags:\n  - a\n"], ["", "nested:\n  deep: 1\n", "nested:\n  deep: 2\n"],
        ["to: ann@example.com\n", "to: eve@example.com\n", ""], ["", "claim: aaaa\n", "claim: bbbb\n"],
        ["# Head\n\n", "# Head\n\n### Draft of mine\n\n", "# Head\n\n- note\n\n"], ["", "## Draft\n\nyes\n\n", "## Draft\n\nno\n\n---\n\n"], ["", "## Original\n\n> x\n", "## Original\n\n> x\n\nnote\n"],
    ];

    static readonly Gen<int[]> AnyVersion = Gen.Int[0, 2].Array[Variants.Length];
    static string Text(int[] v) => "---\n" + string.Concat(Enumerable.Range(0, 5).Select(i => Variants[i][v[i]])) + "---\n\n" + string.Concat(Enumerable.Range(5, 3).Select(i => Variants[i][v[i]]));

    [Test]
    public void Merging_the_result_again_changes_nothing() => Gen.Select(AnyVersion, AnyVersion, AnyVersion).Sample((b, s, o) =>
    {
        (s[4], o[4]) = (b[4], b[4]);
        var (was, theirs) = (Text(b), Text(o));
        if (Run(was, Text(s), theirs) is not { } merged) return false;
        var text = Encoding.UTF8.GetString(merged.Bytes);
        return Encoding.UTF8.GetString(Run(theirs, text, theirs)!.Bytes) == text && Encoding.UTF8.GetString(Run(theirs, theirs, text)!.Bytes) is var back && Same(back, text);
    }, iter: 20_000);

    [Test]
    public void Whole_merges_commute_but_for_the_claim() => Gen.Select(AnyVersion, AnyVersion, AnyVersion).Sample((b, x, y) =>
    {
        (x[4], y[4]) = (b[4], b[4]);
        var (one, two) = (Run(Text(b), Text(x), Text(y))!, Run(Text(b), Text(y), Text(x))!);
        return one.Whole == two.Whole && (!one.Whole || Same(Encoding.UTF8.GetString(one.Bytes), Encoding.UTF8.GetString(two.Bytes)));
    }, iter: 20_000);

    [Test]
    public void Each_part_is_of_one_of_the_two_and_of_the_one_that_changed_it() => Gen.Select(AnyVersion, AnyVersion, AnyVersion).Sample((b, s, o) =>
    {
        var merged = Run(Text(b), Text(s), Text(o))!;
        var expected = s.ToArray();
        var conflict = false;
        void Take(params int[] parts)
        {
            if (parts.All(i => o[i] == b[i]) || parts.All(i => o[i] == s[i])) return;
            if (parts.All(i => s[i] == b[i])) foreach (var i in parts) expected[i] = o[i];
            else conflict = true;
        }
        Take(0); Take(1); Take(2); Take(3, 6); Take(5); Take(7);
        return merged.Whole == !conflict && Same(Encoding.UTF8.GetString(merged.Bytes), Text(expected));
    }, iter: 20_000);

    // New keys are appended, so that the order of two may differ.
    static bool Same(string a, string b) => Sorted(a) == Sorted(b);

    static string Sorted(string text)
    {
        var task = TaskFile.Parse(Encoding.UTF8.GetBytes(text)).Parts()!;
        var keys = task.Front.Keys.Order(StringComparer.Ordinal).Select(k => k + "=" + task.Front.Comparable(k));
        return string.Join('\n', [.. keys, task.Notes.TrimEnd(), task.Draft.TrimEnd(), task.Original.TrimEnd()]);
    }
}
