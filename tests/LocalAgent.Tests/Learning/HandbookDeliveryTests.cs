using LocalAgent.Acting;
using LocalAgent.Learning;
using VaultKit.Vault;

namespace LocalAgent.Tests.Learning;

/// <summary>An approved addition reaches the handbook once, as a whole, and only where it is what was shown.</summary>
public class HandbookDeliveryTests
{
    const string Book = "# Book\n\n## Mail rules\n\n- Archive x@y.example\n", Body = "## Mail rules\n\n- Never answer mail from a@b.example";

    sealed class World : IDisposable
    {
        public TestVault V { get; } = new();
        public HandbookAdd Add { get; private set; }
        public HandbookDelivery Delivery { get; }
        public string File => V.Vault.FullPath(VaultFolder.HandbookFile);
        public string Text { get => System.IO.File.ReadAllText(File); set => System.IO.File.WriteAllText(File, value); }

        public World()
        {
            Text = Book;
            Add = new() { Account = "", Sections = HandbookText.Sections(Book, Body), Body = Body };
            Delivery = new(V.Vault, _ => Add);
        }

        public Intent Intent => LocalAgent.Acting.Intent.New(TaskName.From("x", new byte[32]), Delivery.MintId(Add), Add.Digest(), V.Clock.Now);
        public Task<Outcome> GoAsync() => Delivery.DeliverAsync(Delivery.Prepare(Add, Intent), default);
        public void Dispose() => V.Dispose();
    }

    [Test]
    public async Task It_is_added_once_however_often_it_is_offered()
    {
        using var w = new World();
        await Assert.That(await w.Delivery.FindAsync(w.Intent, default)).IsTypeOf<Sighting.ProvablyAbsent>();
        await Assert.That(await w.GoAsync()).IsTypeOf<Outcome.Accepted>();
        var after = w.Text;
        await Assert.That(after).IsEqualTo(Book + "- Never answer mail from a@b.example\n");
        await Assert.That(await w.GoAsync()).IsTypeOf<Outcome.Accepted>();
        await Assert.That(w.Text).IsEqualTo(after);
        await Assert.That(await w.Delivery.FindAsync(w.Intent, default)).IsTypeOf<Sighting.Found>();
    }

    [Test]
    public async Task Where_the_section_is_another_than_was_shown_nothing_is_added()
    {
        using var w = new World();
        w.Text = Book.Replace("x@y", "other@y");
        await Assert.That(await w.GoAsync()).IsTypeOf<Outcome.RefusedForGood>();
        await Assert.That(w.Text).DoesNotContain("a@b.example");
        await Assert.That(string.Join('|', w.Delivery.Against(w.Add))).Contains("has changed");
        // What stands elsewhere does not matter.
        w.Text = Book + "\n## Opening hours\n\n8 to 5\n";
        await Assert.That(w.Delivery.Against(w.Add).Count).IsEqualTo(0);
        await Assert.That(await w.GoAsync()).IsTypeOf<Outcome.Accepted>();
        await Assert.That(w.Text).Contains("a@b.example").And.Contains("8 to 5");
    }

    [Test]
    public async Task A_changed_task_and_a_file_that_is_no_text_are_told_apart_from_done()
    {
        using var w = new World();
        await Assert.That(await w.Delivery.FindAsync(w.Intent with { Digest = "another" }, default)).IsTypeOf<Sighting.CannotTell>();
        File.WriteAllBytes(w.File, [0xff, 0xfe, 0x00]);
        await Assert.That(await w.GoAsync()).IsTypeOf<Outcome.RefusedForGood>();
        await Assert.That(await w.Delivery.FindAsync(w.Intent, default)).IsTypeOf<Sighting.CannotTell>();
        File.Delete(w.File);
        w.Text = "";
        var task = w.Delivery.Renewed(w.Add.Write(TaskFile.New("x")));
        await Assert.That(task.Get(HandbookAdd.SectionsKey)).IsEqualTo(HandbookText.Sections("", Body)).Because("what is shown is for the handbook as it is");
    }

    [Test]
    public async Task A_post_that_was_approved_is_held_for_its_owners_hand()
    {
        using var v = new TestVault();
        var approval = new Approval { Task = "x", Action = SocialPost.KindName, Digest = "d", Account = "", Approver = "a", At = v.Clock.Now - TimeSpan.FromDays(1), Expires = v.Clock.Now + TimeSpan.FromDays(1), Nonce = "n" };
        await Assert.That(v.Holds().On(approval)?.Why).Contains("post it yourself");
        await Assert.That(v.Holds().On(approval with { Action = HandbookAdd.KindName })).IsNull();
    }
}
