using VaultKit.Vault;

namespace VaultKit.Tests.Vault;

public class MovesTests
{
    static readonly AgentId Cloud = AgentId.New(Zone.Cloud), Local = AgentId.New(Zone.Local), Other = AgentId.New(Zone.Cloud);

    static List<Place> Places() =>
    [
        Place.NeedsAction("email"), Place.InProgress(Cloud), Place.InProgress(Local), Place.InProgress(Other), Place.Pending("email"),
        Place.Approved("email"), Place.Rejected("email"), Place.Done(DateTimeOffset.UnixEpoch), Place.Quarantine,
    ];

    [Test]
    public async Task The_cloud_can_make_exactly_these_moves()
    {
        var allowed = Places().Select(p => (Place?)p).Append(null).SelectMany(from => Places().Where(to => Moves.Allowed(Cloud, from, to)).Select(to => $"{from?.Stage} {to.Stage} {(from?.Below is { } b && from?.Stage == Stage.InProgress ? b == Cloud.Value : true)}"));
        string[] expected =
        [
            " NeedsAction True", "NeedsAction InProgress True", "InProgress PendingApproval True", "InProgress NeedsAction True", "InProgress Done True", "InProgress Quarantine True",
        ];
        await Assert.That(string.Join('\n', allowed.Order())).IsEqualTo(string.Join('\n', expected.Order()));
    }

    [Test]
    public async Task Nobody_touches_anothers_claim_but_the_owner_who_gives_it_back()
    {
        await Assert.That(Moves.Allowed(Cloud, Place.InProgress(Other), Place.Pending("email"))).IsFalse();
        await Assert.That(Moves.Allowed(Cloud, Place.NeedsAction("email"), Place.InProgress(Other))).IsFalse();
        await Assert.That(Moves.Allowed(Cloud, Place.InProgress(Other), Place.NeedsAction("email"))).IsFalse();
        await Assert.That(Moves.Allowed(Local, Place.InProgress(Other), Place.NeedsAction("email"))).IsTrue();
        await Assert.That(Moves.Allowed(Local, Place.Approved("email"), Place.InProgress(Local))).IsTrue();
        await Assert.That(Moves.Allowed(Local, Place.Approved("email"), Place.InProgress(AgentId.New(Zone.Local)))).IsFalse();
        // Of an installation in whose place it is.
        await Assert.That(Moves.Allowed(Local, Place.InProgress(AgentId.New(Zone.Local)), Place.InProgress(Local))).IsTrue();
        await Assert.That(Moves.Allowed(Local, Place.InProgress(Other), Place.InProgress(Local))).IsFalse();
        await Assert.That(Moves.Allowed(Local, Place.InProgress(Local), Place.InProgress(AgentId.New(Zone.Local)))).IsFalse();
    }

    [Test]
    public async Task The_folder_refuses_a_move_that_is_not_in_the_table()
    {
        using var folder = new TemporaryFolder();
        VaultFolder.Create(folder.Path);
        var vault = VaultFolder.Open(folder.Path, Cloud);
        var name = TaskName.From("x", new byte[32]);
        vault.Create(new(Place.NeedsAction("email"), name), TaskFile.New("x"));
        await Assert.That(() => vault.Move(new(Place.NeedsAction("email"), name), Place.Approved("email"))).Throws<InvalidOperationException>();
        await Assert.That(() => vault.Create(new(Place.Approved("email"), name), TaskFile.New("x"))).Throws<InvalidOperationException>();
        await Assert.That(vault.Find(name)!.Value.Place).IsEqualTo(Place.NeedsAction("email"));
    }

    [Test]
    public async Task Every_row_of_the_protocols_table_is_in_the_document_and_the_other_way_round()
    {
        var document = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "PROTOCOL.md"));
        var rows = document.Where(l => l.StartsWith("| ", StringComparison.Ordinal) && char.IsAsciiDigit(l[2]) && l.Contains('→')).Select(l => l.Split('|')[2].Trim()).ToList();
        static Stage? At(string text) => Stages.All.Where(s => text.Trim().StartsWith(s.Folder(), StringComparison.Ordinal)).Select(s => (Stage?)s).FirstOrDefault();
        var written = new HashSet<(Stage?, Stage)>();
        foreach (var row in rows)
        {
            var sides = row.Split('→');
            foreach (var to in sides[1].Split(','))
                if (At(to) is { } target) written.Add((At(sides[0]), target));
        }
        var table = Moves.Table.Select(m => (m.From, m.To)).ToHashSet();
        await Assert.That(written.Except(table)).IsEmpty();
        await Assert.That(table.Except(written)).IsEmpty();
    }
}
