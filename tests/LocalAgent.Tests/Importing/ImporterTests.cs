using LocalAgent.Approving;
using LocalAgent.Acting;
using LocalAgent.Importing;
using VaultKit.Agent;
using VaultKit.Audit;
using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Tests.Importing;

public class ImporterTests
{
    static readonly Account Account = TestVault.Outbox.Account;

    const string Draft = "---\naction: send_email\nto: bob@there.example\nsubject: Your offer\nstatus: approved\napproval: v1.yes\nphase: accepted\ntask: order/1\n---\n## Draft Content\n\nDear Bob,\n\nit costs 900.\n";

    static string Old(TestVault vault, params (string Path, string Text)[] files)
    {
        var root = Path.Combine(vault.Root, "old");
        foreach (var (path, text) in files.Append(("Done/old.md", "# Done long ago")))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, path))!);
            File.WriteAllText(Path.Combine(root, path), text);
        }
        return root;
    }

    static Importer Import(TestVault vault, string root)
    {
        var file = Path.Combine(vault.Root, "vault.toml");
        File.WriteAllText(file, $"vault = \"{vault.Vault.Root}\"\nstate = \"{vault.State.Root}\"\n");
        var machine = new Machine(new Settings(file, Zone.Local), vault.State, vault.Vault, new AuditLog(vault.State, vault.Clock), vault.Clock);
        foreach (var (name, text) in new[] { (VaultFolder.HandbookFile, HandbookStarter.CompanyHandbook), (VaultFolder.GoalsFile, HandbookStarter.BusinessGoals) })
            if (!File.Exists(vault.Vault.FullPath(name))) File.WriteAllText(vault.Vault.FullPath(name), text);
        var old = OldVault.Look(root);
        var importer = new Importer(machine, old, ImportPlan.Of(old, Account));
        importer.Run();
        return importer;
    }

    static TaskEntry Only(TestVault vault) => Stages.All.SelectMany(vault.Vault.List).Single();

    static string Everything(string folder) => string.Join('\n', Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order().Select(f => f + "\n" + File.ReadAllText(f)));

    [Test]
    public async Task What_was_approved_there_is_asked_for_again()
    {
        using var vault = new TestVault();
        Import(vault, Old(vault, ("Approved/SEND_offer.md", Draft)));
        var entry = Only(vault);
        var task = vault.Vault.Read(entry);
        await Assert.That(entry.Place).IsEqualTo(Place.NeedsAction("email"));
        await Assert.That(task.Has(Approval.Key) || task.Has(Phase.Key)).IsFalse();
        await Assert.That(task.Get("why")).Contains("look in Sent whether it went out");
        await Assert.That((TypedAction.Read(task) as MailSend)!.Body).IsEqualTo("Dear Bob,\n\nit costs 900.");
    }

    [Test]
    public async Task Nor_does_this_machine_know_of_having_been_told_to_write_it()
    {
        using var vault = new TestVault();
        Import(vault, Old(vault, ("Pending_Approval/SEND_offer.md", Draft)));
        await Assert.That(new TaskCopies(vault.State, "ordered").Find(Only(vault).Name)).IsNull();
    }

    [Test]
    [Arguments("Approved/PAYMENT_rent.md", "---\ntype: payment\namount: 800\n---\n# Rent\n", "payments")]
    [Arguments("Needs_Action/roofer.md", "Call the roofer.", "files")]
    [Arguments("In_Progress/cloud/WHATSAPP_1.md", "---\ntype: whatsapp\n---\nhi", "whatsapp")]
    public async Task What_no_program_carries_out_is_the_owners(string path, string text, string domain)
    {
        using var vault = new TestVault();
        Import(vault, Old(vault, (path, text)));
        var entry = Only(vault);
        await Assert.That(entry.Place).IsEqualTo(Place.Pending(domain));
        await Assert.That(Overview.Row(vault.Vault, entry, vault.Clock).Standing).IsEqualTo(Standing.Yours);
        await Assert.That(vault.Vault.Read(entry).Get(ImportPlan.FromKey)).IsEqualTo(path);
    }

    [Test]
    public async Task A_mail_is_one_that_any_reader_could_have_filed()
    {
        using var vault = new TestVault();
        Import(vault, Old(vault, ("Needs_Action/EMAIL_1.md", "---\ntype: email\nfrom: Claire <claire@there.example>\nsubject: Table: how much?\nreceived: 2026-11-20T09:30:00\n---\n## Email Content\nDear Owner,\nhow much is it?\n## Suggested Actions\n- [ ] reply\n")));
        var letter = LetterFile.Read(vault.Vault.Read(Only(vault)));
        await Assert.That((letter.From!.Mailbox, letter.Subject, letter.Text)).IsEqualTo(("claire@there.example", "Table: how much?", "Dear Owner,\nhow much is it?"));
        await Assert.That(Only(vault).Name).IsEqualTo(LetterFile.Name(letter));
    }

    [Test]
    public async Task A_mail_whose_draft_lies_beside_it_is_answered_by_that()
    {
        using var vault = new TestVault();
        Import(vault, Old(vault, ("Needs_Action/EMAIL_1.md", "From: Bob <bob@there.example>\n\nhow much?"), ("Pending_Approval/R.md", Draft.Replace("status:", "original_file: EMAIL_1.md\nstatus:"))));
        await Assert.That(vault.Vault.Read(Only(vault)).Get("task")).IsEqualTo(MailSend.OrderTask);
    }

    [Test]
    public async Task No_secret_gets_into_the_vault()
    {
        using var vault = new TestVault();
        var done = Import(vault, Old(vault, (".env.local", "SMTP_PASSWORD=sesame-open\nODOO_API_KEY=odoo-7-key\n"), ("Approved/a.md", Draft + "sesame-open and odoo-7-key\n"), (VaultFolder.HandbookFile, "# We\nodoo-7-key\n"),
            ("Notes/logins.md", "mail: sesame-open, ghp_0123456789abcdefghijABCDEFGHIJ456789"), ("Notes/token.json", "{}"), ("Needs_Action/sesame-open.md", "Call")));
        var all = Everything(vault.Vault.Root);
        foreach (var secret in new[] { "sesame-open", "odoo-7-key", "ghp_0" })
            await Assert.That(all).DoesNotContain(secret); // nor in a file's name
        await Assert.That(all).Contains("[masked: from .env]").And.DoesNotContain("SMTP_PASSWORD");
        await Assert.That(File.Exists(vault.Vault.FullPath("Imported/Notes/token.json"))).IsFalse();
        await Assert.That(done.Masked).IsGreaterThan(2);
    }

    [Test]
    public async Task The_older_vault_is_only_read_and_nothing_is_made_twice()
    {
        using var vault = new TestVault();
        var root = Old(vault, ("Approved/a.md", Draft), ("Needs_Action/b.md", "Call"), ("Plans/p.md", "plan"), (VaultFolder.GoalsFile, "# 40 tables"));
        var before = Everything(root);
        Import(vault, root);
        var first = Everything(vault.Vault.Root);
        var again = Import(vault, root);
        await Assert.That(Everything(root)).IsEqualTo(before);
        await Assert.That(Everything(vault.Vault.Root)).IsEqualTo(first);
        await Assert.That((again.Made, again.Known, again.NotesWritten)).IsEqualTo((0, 2, 0));
        await Assert.That(File.ReadAllText(vault.Vault.FullPath("Imported/Done/old.md"))).IsEqualTo("# Done long ago");
        await Assert.That(File.ReadAllText(vault.Vault.FullPath(VaultFolder.GoalsFile))).IsEqualTo("# 40 tables");
    }

    [Test]
    public async Task Words_of_the_owners_in_this_vault_stay()
    {
        using var vault = new TestVault();
        File.WriteAllText(vault.Vault.FullPath(VaultFolder.HandbookFile), "# mine");
        var done = Import(vault, Old(vault, (VaultFolder.HandbookFile, "# older")));
        await Assert.That(File.ReadAllText(vault.Vault.FullPath(VaultFolder.HandbookFile))).IsEqualTo("# mine");
        await Assert.That(string.Join('\n', done.Left)).Contains("the older one is Imported/Company_Handbook.md");
    }

    [Test]
    public async Task What_a_crash_left_half_way_comes_to_its_owner_the_next_time()
    {
        using var vault = new TestVault();
        var root = Old(vault, ("Needs_Action/b.md", "Call the roofer"));
        var item = ImportPlan.Of(OldVault.Look(root), Account).Items.Single();
        vault.Vault.Create(new(Place.NeedsAction(item.Domain), item.Name), item.Task);
        vault.Vault.Move(new(Place.NeedsAction(item.Domain), item.Name), Place.InProgress(vault.Vault.Agent));
        Import(vault, root);
        await Assert.That(Only(vault).Place).IsEqualTo(Place.Pending("files"));
    }

    [Test]
    public async Task A_link_is_not_followed()
    {
        using var vault = new TestVault();
        var root = Old(vault);
        var other = Path.Combine(vault.Root, "other");
        File.WriteAllText(other, "not mine");
        File.CreateSymbolicLink(Path.Combine(root, "Done", "link.md"), other);
        var done = Import(vault, root);
        await Assert.That(Everything(vault.Vault.Root)).DoesNotContain("not mine");
        await Assert.That(string.Join('\n', done.Left)).Contains("Done/link.md: a link");
    }
}
