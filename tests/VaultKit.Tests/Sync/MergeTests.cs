using CsCheck;
using LibGit2Sharp;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>The merge alone, on tasks made up: no repository, no disk.</summary>
public sealed class MergeTests
{
    static readonly AgentId Cloud = Agent("cloud-000000"), Local = Agent("local-000000"), Other = Agent("cloud-111111");
    static readonly TaskName Task = Rig.Name("Question");
    static AgentId Agent(string text) => AgentId.TryParse(text, out var id) ? id : throw new ArgumentException(text);

    static readonly string[] Places = [Place.NeedsAction("email").Folder, Place.InProgress(Cloud).Folder, Place.InProgress(Other).Folder, Place.InProgress(Local).Folder,
        Place.Pending("email").Folder, Place.Approved("email").Folder, Place.Rejected("email").Folder, "Done/2026-11", "Quarantine"];

    static ObjectId Blob(int content) => StatCache.Hash(Content(content));
    static byte[] Content(int content) => System.Text.Encoding.UTF8.GetBytes($"---\nclaim: \"{content}\"\n---\n\n## Draft\n\nwords {content % 3}\n");
    static bool Nowhere(string path, ObjectId blob) => false;

    static byte[] Read(ObjectId blob) => Merged.TryGetValue(blob, out var merged) ? merged : Content(Enumerable.Range(0, 6).First(i => Blob(i) == blob));
    static readonly System.Collections.Concurrent.ConcurrentDictionary<ObjectId, byte[]> Merged = [];

    static ObjectId Stored(byte[] content)
    {
        var blob = StatCache.Hash(content);
        Merged[blob] = content;
        return blob;
    }

    /// <summary>Where the task is and with which bytes.</summary>
    readonly record struct Version(int Place, int Content)
    {
        public string Path => Places[Place] + "/" + Task.FileName;
    }

    static readonly Gen<AgentId> AnyAgent = Gen.Int[0, 2].Select(i => i == 0 ? Cloud : i == 1 ? Local : Other);
    static readonly Gen<Version> AnyVersion = Gen.Select(Gen.Int[0, Places.Length - 1], Gen.Int[0, 5], (place, content) => new Version(place, content));
    static readonly Gen<Version?> MaybeVersion = Gen.Select(AnyVersion, Gen.Int[0, 4], (version, none) => none == 0 ? (Version?)null : version);

    static Dictionary<string, Change> Diff(Version? from, Version? to)
    {
        var changes = new Dictionary<string, Change>();
        if (from == to) return changes;
        if (from is { } a) changes[a.Path] = new(Blob(a.Content), null);
        if (to is { } b) changes[b.Path] = new(changes.GetValueOrDefault(b.Path).Old, Blob(b.Content));
        return changes;
    }

    static (VaultKit.Sync.MergeResult Result, Dictionary<string, ObjectId> Tree) Run(AgentId self, Version? @base, Version? ours, Version? theirs)
    {
        var standing = new Dictionary<string, ObjectId>();
        if (@base is { } b) standing[b.Path] = Blob(b.Content);
        var result = Merge.Run(new(self, Diff(@base, ours), Diff(@base, theirs), _ => standing, Nowhere, Read, Stored));
        var tree = new Dictionary<string, ObjectId>();
        if (ours is { } o) tree[o.Path] = Blob(o.Content);
        foreach (var (path, blob) in result.Changes)
            if (blob is null) tree.Remove(path); else tree[path] = blob;
        return (result, tree);
    }

    static List<string> PlacesOf(Dictionary<string, ObjectId> tree) => [.. tree.Keys.Where(p => Place.FromPath(p) is not null)];

    static Version V(string folder, int content = 0) => new(Array.IndexOf(Places, folder), content);

    static async Task Winner(AgentId self, Version? @base, Version ours, Version theirs, Version winner)
    {
        var (_, tree) = Run(self, @base, ours, theirs);
        await Assert.That(string.Join(" ", PlacesOf(tree))).IsEqualTo(winner.Path);
        await Assert.That(tree[winner.Path]).IsEqualTo(Blob(winner.Content));
    }

    [Test]
    public void A_task_ends_in_exactly_one_place() =>
        Gen.Select(AnyAgent, MaybeVersion, AnyVersion, AnyVersion).Sample((self, b, o, t) => PlacesOf(Run(self, b, o, t).Tree).Count == 1, iter: 20_000);

    [Test]
    public void A_task_that_one_side_dropped_stays() =>
        Gen.Select(AnyVersion, MaybeVersion, MaybeVersion).Sample((b, o, t) => PlacesOf(Run(Local, b, o, t).Tree).Count == 1, iter: 5_000);

    [Test]
    public void Where_one_side_changed_nothing_the_other_side_stands() =>
        Gen.Select(AnyVersion, AnyVersion).Sample((b, x) =>
            Run(Cloud, b, b, x).Tree is var a && a.Count == 1 && a[x.Path] == Blob(x.Content) && Run(Cloud, b, x, b).Result.Changes.Count == 0 && Run(Cloud, b, x, x).Result.Changes.Count == 0, iter: 5_000);

    [Test]
    public void Merging_the_result_again_changes_nothing() =>
        Gen.Select(AnyAgent, MaybeVersion, AnyVersion, AnyVersion).Sample((self, b, o, t) =>
        {
            var tree = Run(self, b, o, t).Tree;
            var standing = new Dictionary<string, ObjectId>();
            if (t is { } theirs) standing[theirs.Path] = Blob(theirs.Content);
            var ours = Differences(standing, tree);
            return Merge.Run(new(self, ours, new Dictionary<string, Change>(), _ => standing, Nowhere, Read, Stored)).Changes.Count == 0;
        }, iter: 10_000);

    static Dictionary<string, Change> Differences(Dictionary<string, ObjectId> from, Dictionary<string, ObjectId> to) =>
        from.Keys.Union(to.Keys).Where(p => from.GetValueOrDefault(p) != to.GetValueOrDefault(p)).ToDictionary(p => p, p => new Change(from.GetValueOrDefault(p), to.GetValueOrDefault(p)));

    /// <summary>Whoever merges: moves that are not contended have one outcome, and so has an edit of a place with an owner. A claim contends with everything.</summary>
    [Test]
    public void Uncontended_moves_commute() =>
        Gen.Select(AnyVersion, AnyVersion, AnyVersion).Where((b, o, t) => b.Place >= 4 && b.Place != 5 && o.Place != t.Place && !Places[o.Place].StartsWith("In_Progress") && !Places[t.Place].StartsWith("In_Progress"))
            .Sample((b, o, t) => Same(Run(Local, b, o, t).Tree, Run(Cloud, b, t, o).Tree), iter: 20_000);

    static bool Same(Dictionary<string, ObjectId> a, Dictionary<string, ObjectId> b) => a.Count == b.Count && a.All(x => b.GetValueOrDefault(x.Key) == x.Value);

    [Test]
    public async Task An_edit_in_a_place_with_an_owner_has_one_outcome_on_both_machines()
    {
        var (b, cloud, local) = (V("Pending_Approval/email"), V("Pending_Approval/email", 1), V("Pending_Approval/email", 2));
        await Winner(Local, b, local, cloud, local);
        await Winner(Cloud, b, cloud, local, local);
        var mine = Place.InProgress(Cloud).Folder;
        await Winner(Cloud, V(mine), V(mine, 1), V(mine, 2), V(mine, 1));
        await Winner(Local, V(mine), V(mine, 2), V(mine, 1), V(mine, 1));
    }

    [Test]
    public async Task A_contended_claim_goes_to_the_first_accepted_push_however_far_the_other_went_on()
    {
        var b = V("Needs_Action/email");
        await Winner(Cloud, b, V(Place.InProgress(Cloud).Folder, 1), V(Place.InProgress(Other).Folder, 2), V(Place.InProgress(Other).Folder, 2));
        await Winner(Cloud, b, V("Pending_Approval/email", 1), V(Place.InProgress(Other).Folder, 2), V(Place.InProgress(Other).Folder, 2));
        await Winner(Cloud, null, V("Pending_Approval/email", 1), V(Place.InProgress(Other).Folder, 2), V(Place.InProgress(Other).Folder, 2));
        await Winner(Local, V("Approved/email"), V(Place.InProgress(Local).Folder, 1), V("Pending_Approval/email"), V("Pending_Approval/email"));
        await Winner(Local, V("Approved/email"), V("Rejected/email", 1), V(Place.InProgress(Local).Folder, 2), V(Place.InProgress(Local).Folder, 2));
        await Winner(Cloud, b, V("Done/2026-11", 1), V("Pending_Approval/email", 2), V("Pending_Approval/email", 2));
    }

    [Test]
    public async Task Each_contended_row_of_the_table_is_settled_by_the_first_accepted_push()
    {
        static string At(Stage stage, AgentId agent) => Places.First(p => Place.FromFolder(p) is { } place && place.Stage == stage && (stage != Stage.InProgress || place.Below == agent.Value));
        foreach (var from in Moves.Table.Where(m => m.Contended).Select(m => m.From!.Value).Distinct())
            foreach (var ours in Moves.Table.Where(m => m.From == from))
                foreach (var theirs in Moves.Table.Where(m => m.From == from && m != ours && (m.Contended || ours.Contended)))
                {
                    var (mine, other) = (V(At(ours.To, Local), 1), V(At(theirs.To, Cloud), 2));
                    if (mine.Path != other.Path) await Winner(Local, V(At(from, Other)), mine, other, other);
                }
    }

    [Test]
    public async Task A_move_goes_before_an_edit_in_place_even_backwards()
    {
        var (lay, edited, back) = (V("Pending_Approval/email"), V("Pending_Approval/email", 1), V("Needs_Action/email"));
        await Winner(Local, lay, edited, back, back);
        await Winner(Local, lay, back, edited, back);
    }

    [Test]
    public async Task Rejected_beats_Approved_whoever_came_first()
    {
        foreach (var b in (Version?[])[V("Pending_Approval/email"), null])
        {
            await Winner(Local, b, V("Approved/email", 1), V("Rejected/email", 2), V("Rejected/email", 2));
            await Winner(Local, b, V("Rejected/email", 2), V("Approved/email", 1), V("Rejected/email", 2));
        }
    }

    [Test]
    public async Task A_rejection_or_a_newer_draft_that_comes_after_the_executing_claim_does_not_recall_it()
    {
        var (b, claim) = (V("Pending_Approval/email"), V(Place.InProgress(Other).Folder, 2));
        await Winner(Local, b, V("Rejected/email", 1), claim, claim);
        await Winner(Local, b, V("Done/2026-11", 1), claim, claim);
        await Assert.That(Run(Local, b, V("Rejected/email", 0), claim).Result.Findings.Single().Why).Contains("too late");
        // One that came first is final.
        await Winner(Local, b, claim, V("Rejected/email", 1), V("Rejected/email", 1));
    }

    [Test]
    public async Task What_releases_one_claim_releases_no_later_one()
    {
        var mine = Place.InProgress(Other).Folder;
        await Winner(Local, V(mine, 1), V("Needs_Action/email", 1), V(mine, 2), V(mine, 2));
        // The same claim, with other words in it.
        var (noted, released) = (Edited("a note", "low"), Edited("none", "high"));
        var (changes, text) = RunEdited(mine, "Needs_Action/email", released, mine, noted);
        await Assert.That(changes.Keys).Contains("Needs_Action/email/" + Task.FileName);
        await Assert.That(text).Contains("a note");
    }

    [Test]
    public async Task Words_in_a_second_place_are_kept()
    {
        // An owner wrote into a claim that had lost, while the winner's was being checked out: for an instant the task lay in both. (seed 78100034)
        var (won, lost) = (V(Place.InProgress(Cloud).Folder, 0), V(Place.InProgress(Local).Folder, 0));
        var standing = new Dictionary<string, ObjectId> { [won.Path] = Blob(0), [lost.Path] = Blob(0) };
        var ours = new Dictionary<string, Change> { [lost.Path] = new(Blob(0), Blob(1)) };
        var result = Merge.Run(new(Local, ours, new Dictionary<string, Change> { [lost.Path] = new(Blob(0), null) }, _ => standing, Nowhere, Read, Stored));
        await Assert.That(result.Changes[SyncPath.Kept(Task, Blob(1).Sha)]).IsEqualTo(Blob(1));
        await Assert.That(result.Changes[lost.Path]).IsNull();
    }

    [Test]
    public async Task A_move_beats_an_edit_in_place_and_the_owners_words_are_kept()
    {
        var (b, edited, moved) = (V("Pending_Approval/email"), V("Pending_Approval/email", 1), V("Approved/email", 3));
        await Winner(Local, b, edited, moved, moved);
        var tree = Run(Local, b, edited, moved).Tree;
        await Assert.That(tree[SyncPath.Kept(Task, Blob(1).Sha)]).IsEqualTo(Blob(1));
        // The same words with another claim are no edit.
        await Assert.That(Run(Local, b, edited with { Content = 3 }, moved with { Content = 0 }).Tree.Count).IsEqualTo(1);
    }

    [Test]
    public async Task A_task_that_comes_back_elsewhere_while_it_stands_further_stays_where_it_is()
    {
        var done = V("Done/2026-11");
        var standing = new Dictionary<string, ObjectId> { [done.Path] = Blob(0) };
        var again = new Dictionary<string, Change> { [V("Needs_Action/email").Path] = new(null, Blob(1)) };
        var theirs = Merge.Run(new(Cloud, new Dictionary<string, Change>(), again, _ => standing, Nowhere, Read, Stored));
        await Assert.That(theirs.Changes.Count).IsEqualTo(0);
        var ours = Merge.Run(new(Cloud, again, new Dictionary<string, Change>(), _ => standing, Nowhere, Read, Stored));
        await Assert.That(ours.Changes.Single().Key).IsEqualTo(V("Needs_Action/email").Path);
        await Assert.That(ours.Changes.Single().Value).IsNull();
    }

    [Test]
    [Arguments("Logs/cloud-000000/1.jsonl", "cloud-000000", true)]
    [Arguments("Logs/cloud-000000/1.jsonl", "local-000000", false)]
    [Arguments("Updates/cloud-111111/1.md", "cloud-000000", false)]
    [Arguments("Dashboard.md", "local-000000", true)]
    [Arguments("Dashboard.md", "cloud-000000", false)]
    [Arguments("Company_Handbook.md", "local-000000", true)]
    [Arguments("Plans/email/x.md", "local-000000", false)]
    public async Task A_file_that_is_no_task_goes_by_whose_it_is(string path, string self, bool ours)
    {
        var result = Merge.Run(new(Agent(self), new Dictionary<string, Change> { [path] = new(Blob(0), Blob(1)) }, new Dictionary<string, Change> { [path] = new(Blob(0), Blob(2)) },
            _ => new Dictionary<string, ObjectId>(), Nowhere, Read, Stored));
        await Assert.That(result.Changes.ContainsKey(path)).IsEqualTo(!ours);
    }

    [Test]
    public async Task Words_that_the_owner_sent_back_survive_a_claim_of_somebody_who_never_saw_them()
    {
        // Both found the mail; one claimed it and was away, the other's draft was edited and sent back to be done again. (seed 78100770)
        var (result, tree) = Run(Cloud, null, V(Place.InProgress(Cloud).Folder, 0), V(Place.NeedsAction("email").Folder, 1));
        await Assert.That(PlacesOf(tree).Single()).IsEqualTo(V(Place.InProgress(Cloud).Folder).Path);
        await Assert.That(tree[SyncPath.Kept(Task, Blob(1).Sha)]).IsEqualTo(Blob(1));
        await Assert.That(result.Findings.Single().Why).Contains("could not be reconciled");
    }

    [Test]
    public async Task Words_in_a_claim_that_lost_survive_it()
    {
        // The owner edited a draft, sent it back and claimed it, all while away; another's claim was accepted first. (seed 78106470)
        var (_, tree) = Run(Local, V(Place.NeedsAction("email").Folder, 0), V(Place.InProgress(Local).Folder, 1), V(Place.InProgress(Cloud).Folder, 3));
        await Assert.That(PlacesOf(tree).Single()).IsEqualTo(V(Place.InProgress(Cloud).Folder).Path);
        await Assert.That(tree[SyncPath.Kept(Task, Blob(1).Sha)]).IsEqualTo(Blob(1));
    }

    [Test]
    public async Task A_claim_that_lost_leaves_nothing_behind_where_nobody_wrote_anything()
    {
        var (_, tree) = Run(Local, V(Place.NeedsAction("email").Folder, 0), V(Place.InProgress(Local).Folder, 3), V(Place.InProgress(Cloud).Folder, 0));
        await Assert.That(tree.Count).IsEqualTo(1);
    }

    // Of contents 0 to 5 two with the same words differ in nothing but their claim; these differ in the notes and in a key.
    static ObjectId Edited(string notes, string mark, string draft = "words") =>
        Stored(System.Text.Encoding.UTF8.GetBytes($"---\nmark: {mark}\n---\n\n# A mail\n\n{notes}\n\n## Draft\n\n{draft}\n"));

    static (Dictionary<string, ObjectId?> Changes, string Text) RunEdited(string from, string ours, ObjectId our, string theirs, ObjectId their, AgentId? self = null)
    {
        var @base = Edited("none", "low");
        string At(string folder) => folder + "/" + Task.FileName;
        Dictionary<string, Change> Side(string folder, ObjectId blob) => folder == from ? new() { [At(from)] = new(@base, blob) } : new() { [At(from)] = new(@base, null), [At(folder)] = new(null, blob) };
        var result = Merge.Run(new(self ?? Local, Side(ours, our), Side(theirs, their), _ => new Dictionary<string, ObjectId> { [At(from)] = @base }, Nowhere, Read, Stored));
        var won = result.Changes.SingleOrDefault(c => c.Value is not null && !SyncPath.IsKept(c.Key)).Value ?? our;
        return (result.Changes, System.Text.Encoding.UTF8.GetString(Read(won)));
    }

    static bool Kept(Dictionary<string, ObjectId?> changes, ObjectId blob) => changes.Any(c => SyncPath.IsKept(c.Key) && c.Value == blob);

    [Test]
    [Arguments("Needs_Action/email", "Needs_Action/email")]
    [Arguments("Needs_Action/email", "In_Progress/cloud-000000")]
    [Arguments("In_Progress/cloud-000000", "Pending_Approval/email")]
    [Arguments("Pending_Approval/email", "Pending_Approval/email")]
    [Arguments("Pending_Approval/email", "Needs_Action/email")]
    public async Task An_edit_where_the_task_lay_goes_with_it(string from, string to)
    {
        var (edit, move) = (Edited("a note", "low"), Edited("none", "high"));
        foreach (var (changes, text) in new[] { RunEdited(from, from, edit, to, move), RunEdited(from, to, move, from, edit) })
        {
            await Assert.That(text).Contains("a note").And.Contains("mark: high");
            await Assert.That(changes.Keys.Any(SyncPath.IsKept)).IsFalse();
        }
    }

    [Test]
    [Arguments("Pending_Approval/email", "Approved/email")]
    [Arguments("Pending_Approval/email", "Rejected/email")]
    [Arguments("In_Progress/local-000000", "Done/2026-11")]
    [Arguments("In_Progress/local-000000", "Quarantine")]
    public async Task What_was_decided_is_not_changed_by_an_edit_and_the_edit_is_kept(string from, string to)
    {
        var (edit, move) = (Edited("a note", "low"), Edited("none", "high"));
        foreach (var (changes, text) in new[] { RunEdited(from, from, edit, to, move), RunEdited(from, to, move, from, edit) })
        {
            await Assert.That(text).DoesNotContain("a note").And.Contains("mark: high");
            await Assert.That(Kept(changes, edit)).IsTrue();
        }
    }

    [Test]
    public async Task Two_moves_are_not_mixed_and_the_words_of_the_one_that_lost_are_kept()
    {
        var (mine, theirs) = (Edited("my note", "low"), Edited("none", "high"));
        var (changes, text) = RunEdited("Needs_Action/email", "In_Progress/local-000000", mine, "In_Progress/cloud-000000", theirs);
        await Assert.That(text).DoesNotContain("my note");
        await Assert.That(Kept(changes, mine)).IsTrue();
    }

    [Test]
    public async Task Edits_of_the_same_part_leave_one_standing_and_the_other_beside_it()
    {
        var (mine, theirs) = (Edited("my note", "low"), Edited("their note", "high"));
        foreach (var (changes, text) in new[] { RunEdited("Pending_Approval/email", "Pending_Approval/email", mine, "Pending_Approval/email", theirs),
            RunEdited("Pending_Approval/email", "Pending_Approval/email", theirs, "Pending_Approval/email", mine, Cloud) })
        {
            await Assert.That(text).Contains("my note").And.Contains("mark: high").And.DoesNotContain("their note");
            await Assert.That(Kept(changes, theirs)).IsTrue();
        }
    }

    [Test]
    public async Task Of_edits_in_both_places_of_a_checkout_none_is_lost()
    {
        // The owner changed the file where it had lain, and again where it was being moved to. (seed 78762499)
        var (old, moved, first, second) = (Edited("none", "low"), Edited("claimed", "low"), Edited("first", "low"), Edited("second", "low"));
        var (from, to) = ("Pending_Approval/email/" + Task.FileName, $"In_Progress/{Cloud}/{Task.FileName}");
        var result = Merge.Run(new(Local, new Dictionary<string, Change> { [from] = new(old, first), [to] = new(moved, second) }, new Dictionary<string, Change> { [from] = new(old, null) },
            _ => new Dictionary<string, ObjectId> { [from] = old, [to] = moved }, Nowhere, Read, Stored));
        var words = string.Concat(result.Changes.Values.OfType<ObjectId>().Select(b => System.Text.Encoding.UTF8.GetString(Read(b))));
        await Assert.That(words).Contains("first").And.Contains("second");
        await Assert.That(result.Changes[from]).IsNull();
    }
}
