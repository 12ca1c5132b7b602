using LocalAgent.Approving;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Tests.Approving;

/// <summary>Which drafts go to Done because their sender wrote once more, and which stay.</summary>
public class SupersedingTests
{
    static readonly Place Pending = Place.Pending(Domains.Email);

    sealed record Two(TestVault World, Superseding Superseding, TaskEntry Old, TaskEntry Later) : IDisposable
    {
        public Stage StageOfOld => World.Vault.Find(Old.Name)!.Value.Place.Stage;
        public void Dispose() => World.Dispose();
    }

    static Two Make(string from = "Ann <ann@there.example>", string refersTo = "q1@there.example", bool edited = false, string? digest = null, string account = "main")
    {
        var world = new TestVault();
        var old = world.Put(Pending, TestVault.Task().With("account", "main").With("mail_from", "Ann Example <ann@there.example>").With("mail_id", "q1@there.example"));
        digest ??= TypedAction.Read(world.Vault.Read(old))!.Digest();
        world.Earlier.Look(world.Vault);
        if (edited) File.WriteAllText(world.Vault.FullPath(old.Path), File.ReadAllText(world.Vault.FullPath(old.Path)).Replace("yes.", "no."));
        if (edited) digest = TypedAction.Read(world.Vault.Read(old))!.Digest();
        var later = world.Put(Pending, TestVault.Task().With("account", account).With("mail_from", from).With("mail_references", [refersTo]).With(LetterFile.SupersedesKey, [$"{old.Name}@{digest}"]), "offer-2");
        return new(world, new(world.Vault, world.Earlier, world.Clock, world.Record), old, later);
    }

    [Test]
    public async Task The_earlier_draft_goes_to_Done_and_says_why()
    {
        using var two = Make();
        await Assert.That(two.Superseding.Run()).IsEqualTo(1);
        await Assert.That(two.StageOfOld).IsEqualTo(Stage.Done);
        await Assert.That(two.World.Vault.Read(two.World.Vault.Find(two.Old.Name)!.Value).Get(Superseding.ByKey)).IsEqualTo(two.Later.Name.Value);
        await Assert.That(two.World.Log.Single()).StartsWith("superseded ");
        await Assert.That(two.Superseding.Run()).IsEqualTo(0);
    }

    [Test]
    public async Task What_the_owner_has_worked_on_stays()
    {
        using var two = Make(edited: true);
        await Assert.That(two.Superseding.Run()).IsEqualTo(0);
        await Assert.That(two.StageOfOld).IsEqualTo(Stage.PendingApproval);
    }

    [Test]
    [Arguments("Eve <eve@there.example>", "q1@there.example", null, "main")]
    [Arguments("Ann <ann@there.example>", "q2@there.example", null, "main")]
    [Arguments("Ann <ann@there.example>", "q1@there.example", "0000", "main")]
    [Arguments("Ann <ann@there.example>", "q1@there.example", null, "other")]
    public async Task Nothing_goes_because_a_stranger_names_it(string from, string refersTo, string? digest, string account)
    {
        using var two = Make(from, refersTo, digest: digest, account: account);
        await Assert.That(two.Superseding.Run()).IsEqualTo(0);
        await Assert.That(two.StageOfOld).IsEqualTo(Stage.PendingApproval);
    }

    [Test]
    [Arguments(Stage.Approved)]
    [Arguments(Stage.Rejected)]
    public async Task What_the_owner_has_decided_stays_decided(Stage stage)
    {
        using var two = Make();
        Directory.CreateDirectory(two.World.Vault.FullPath(new Place(stage, Domains.Email).Folder));
        File.Move(two.World.Vault.FullPath(two.Old.Path), two.World.Vault.FullPath(new TaskEntry(new Place(stage, Domains.Email), two.Old.Name).Path));
        await Assert.That(two.Superseding.Run()).IsEqualTo(0);
        await Assert.That(two.StageOfOld).IsEqualTo(stage);
    }
}
