using System.Globalization;
using System.Text;
using LocalAgent.Starter;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent.Demo;

/// <summary>Two machines and a bare remote in one temporary folder: each machine has its own vault, state directory and configuration.</summary>
sealed class DemoGround
{
    public const string Owner = "office@miller-joinery.example";

    public string Root { get; }
    public string Mailbox => Path.Combine(Root, "mailbox");
    public string Outbox => Path.Combine(Root, "outbox");
    public string Remote => Path.Combine(Root, "remote.git");
    public string CloudConfig => Path.Combine(Root, "cloud", "vault.toml");
    public string LocalConfig => Path.Combine(Root, "local", "vault.toml");

    DemoGround(string root) => Root = root;

    /// <param name="owner">The address that the mailbox belongs to.</param>
    public static DemoGround Create(string owner)
    {
        var ground = new DemoGround(Directory.CreateTempSubdirectory("platinum-demo-").FullName);
        foreach (var part in new[] { "new", "cur", "tmp" })
        {
            Directory.CreateDirectory(Path.Combine(ground.Mailbox, part));
            Directory.CreateDirectory(Path.Combine(ground.Outbox, part));
        }
        BareRemote.Create(ground.Remote);
        // The cloud machine reads the mailbox; the owner's machine has the outbox. Neither has what the other needs.
        ground.WriteConfig(ground.CloudConfig, "cloud", owner, $"inbox = {StarterVault.Quote("maildir:" + ground.Mailbox)}");
        ground.WriteConfig(ground.LocalConfig, "local", owner, $"outbox = {StarterVault.Quote("maildir:" + ground.Outbox)}");
        return ground;
    }

    void WriteConfig(string file, string machine, string owner, string account)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"""
            vault = {StarterVault.Quote(Path.Combine(Root, machine, "vault"))}
            state = {StarterVault.Quote(Path.Combine(Root, machine, "state"))}
            remote = {StarterVault.Quote(Remote)}

            [mail]
            first_days = 36500

            [approve]
            undo = "0s"

            [[account]]
            name = "office"
            address = {StarterVault.Quote(owner)}
            display_name = "Miller Joinery"
            {account}

            """);
    }

    public void MakeLocalVault()
    {
        var settings = new Settings(LocalConfig, Zone.Local);
        StarterVault.Create(settings.Vault);
        using var office = Office.Open(settings);
        new Dashboard(office.Machine).Write();
        if (office.Sync().Run(default).Failure is { } failure) throw new Refusal(ExitCode.Failed, $"the vault could not be pushed: {failure}");
    }

    public void Deliver(string name, Stream mail)
    {
        using var file = File.Create(Path.Combine(Mailbox, "tmp", name));
        mail.CopyTo(file);
        File.Move(file.Name, Path.Combine(Mailbox, "new", name));
    }

    public static IEnumerable<string> OwnMails =>
        typeof(DemoGround).Assembly.GetManifestResourceNames().Where(n => n.StartsWith("demo/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>One of the demo's own mails, dated now.</summary>
    public void DeliverOwn(string resource)
    {
        var now = DateTimeOffset.Now;
        var date = now.ToString("ddd, d MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + now.ToString("zzz").Replace(":", "");
        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(StarterVault.Resource(resource, Encoding.Latin1).Replace("DATE", date, StringComparison.Ordinal)));
        Deliver(Path.GetFileName(resource), stream);
    }

    /// <summary>The address that most of these mails were written to: whoever tries the demo on their own mail need not say who they are.</summary>
    public static string? GuessOwner(IEnumerable<string> files)
    {
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var somebody = new Account { Name = "somebody", Address = "nobody@invalid.example" };
        foreach (var file in files.Take(500))
        {
            using var stream = Disk.OpenRegular(file);
            var (letter, _) = LetterReader.Read(somebody, stream, stream.Length, whole: true);
            foreach (var to in letter.To.Concat(letter.Cc).Select(a => a.Mailbox).Distinct(StringComparer.OrdinalIgnoreCase))
                seen[to] = seen.GetValueOrDefault(to) + 1;
        }
        return seen.Count == 0 ? null : seen.MaxBy(s => s.Value).Key;
    }
}
