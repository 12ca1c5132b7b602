using System.Text.RegularExpressions;

namespace VaultKit.Tests;

/// <summary>The house's rules that no compiler holds: rooms reference one way, files stay small, nothing of the machine that they were written on is in them.</summary>
public partial class HouseTests
{
    /// <summary>What each room may mention beside itself.</summary>
    static readonly Dictionary<string, string[]> MayMention = new()
    {
        ["Vault"] = [],
        ["Http"] = ["Vault"],
        ["Sync"] = ["Vault"],
        ["Audit"] = ["Vault"],
        ["Archiving"] = ["Vault", "Sync", "Audit"],
        ["Mail"] = ["Vault", "Http"],
        ["Drafting"] = ["Vault", "Mail", "Http"],
        ["Agent"] = ["Vault", "Http", "Sync", "Audit", "Mail", "Drafting"],
    };

    // By its whole name, or by the part of it that does inside VaultKit.
    [GeneratedRegex(@"\bVaultKit\.(?<room>[A-Z]\w+)|(?<![.\w])(?<room>Vault|Http|Sync|Audit|Archiving|Mail|Drafting|Agent)\.[A-Z]")]
    private static partial Regex Mention();

    [GeneratedRegex(@"^\s*(?://|///|\*)", RegexOptions.Multiline)]
    private static partial Regex Comment();

    static string Code(string text) => string.Join('\n', text.Split('\n').Where(l => !Comment().IsMatch(l)));

    [Test]
    [Arguments("Vault")]
    [Arguments("Http")]
    [Arguments("Sync")]
    [Arguments("Audit")]
    [Arguments("Archiving")]
    [Arguments("Mail")]
    [Arguments("Http")]
    [Arguments("Drafting")]
    [Arguments("Agent")]
    public async Task A_room_mentions_only_rooms_below_it(string room)
    {
        var files = Repository.Files("VaultKit/" + room, ".cs").ToList();
        await Assert.That(files).IsNotEmpty();
        foreach (var (path, text) in files)
        {
            await Assert.That(text).Contains($"namespace VaultKit.{room};").Because(path);
            var mentioned = Mention().Matches(Code(text)).Select(m => m.Groups["room"].Value).Where(MayMention.ContainsKey).Distinct().Where(r => r != room);
            await Assert.That(mentioned.Except(MayMention[room])).IsEmpty().Because(path);
        }
    }

    [Test]
    public async Task Every_file_of_the_kit_lies_in_a_room() =>
        await Assert.That(Repository.Files("VaultKit", ".cs").Select(f => f.Path.Split('/')[1]).Distinct().Except(MayMention.Keys)).IsEmpty();

    [Test]
    public async Task The_rooms_below_know_no_mail_library_and_only_sync_knows_git()
    {
        foreach (var (path, text) in Repository.Files("VaultKit", ".cs"))
        {
            var room = path.Split('/')[1];
            if (room is "Vault" or "Sync" or "Audit" or "Archiving") await Assert.That(text.Contains("MimeKit") || text.Contains("MailKit")).IsFalse().Because(path);
            if (room != "Sync") await Assert.That(text.Contains("LibGit2Sharp")).IsFalse().Because(path);
        }
    }

    [Test]
    public async Task Nobody_knows_the_program_that_acts()
    {
        foreach (var (path, text) in Repository.Files("VaultKit", ".cs").Concat(Repository.Files("CloudAgent", ".cs")))
        {
            await Assert.That(Regex.IsMatch(text, @"\busing\s+LocalAgent|\bLocalAgent\.[A-Z]", RegexOptions.NonBacktracking)).IsFalse().Because(path);
            // Not in words that the compiler's ban would not see, such as a type's name in a string.
            await Assert.That(text.Contains("Net.Smtp", StringComparison.Ordinal) || text.Contains("System.Net.Mail", StringComparison.Ordinal)).IsFalse().Because(path);
        }
        string[] projects = [.. Repository.Files("VaultKit", ".csproj", ".targets").Concat(Repository.Files("CloudAgent", ".csproj")).Select(f => f.Text)];
        await Assert.That(projects.Length).IsEqualTo(3);
        foreach (var project in projects) await Assert.That(Regex.IsMatch(project, "Include=\"[^\"]*LocalAgent[^.]", RegexOptions.NonBacktracking)).IsFalse();
    }

    [Test]
    public async Task The_cloud_s_program_stands_on_the_kit_alone()
    {
        var project = Repository.Read("CloudAgent/CloudAgent.csproj");
        var references = Regex.Matches(project, "<(?:Project|Package)?Reference [^>]*>", RegexOptions.NonBacktracking).Select(m => m.Value);
        await Assert.That(string.Join('\n', references)).IsEqualTo("<ProjectReference Include=\"../VaultKit/VaultKit.csproj\" />");
        await Assert.That(Repository.Read("VaultKit/VaultKit.csproj")).DoesNotContain("<ProjectReference");
    }

    [Test]
    public async Task Sending_is_banned_everywhere_but_where_it_belongs()
    {
        var props = System.Xml.Linq.XDocument.Parse(Repository.Read("Directory.Build.props"));
        var groups = props.Root!.Elements("ItemGroup").ToList();
        string? ConditionOf(string file) => groups.Single(g => g.Elements("AdditionalFiles").Any(a => a.Attribute("Include")!.Value.EndsWith(file, StringComparison.Ordinal))).Attribute("Condition")?.Value;
        await Assert.That(ConditionOf("BannedSymbols.Git.txt")).IsNull();
        await Assert.That(ConditionOf("BannedSymbols.Sending.txt")).IsEqualTo("'$(MSBuildProjectName)' != 'LocalAgent' and '$(MSBuildProjectName)' != 'LocalAgent.Tests'");
        await Assert.That(groups.Single(g => g.Elements("PackageReference").Any(p => p.Attribute("Include")!.Value == "Microsoft.CodeAnalysis.BannedApiAnalyzers")).Attribute("Condition")).IsNull();
        await Assert.That(Repository.Read("VaultKit/Mail/BannedSymbols.Sending.txt")).Contains("N:MailKit.Net.Smtp;").And.Contains("N:System.Net.Mail;");
        await Assert.That(Repository.Read(".editorconfig")).Contains("dotnet_diagnostic.RS0030.severity = error");
        // No project takes its own way around: another props file, or the warning switched off.
        foreach (var (path, text) in Sources(".csproj", ".props", ".targets", ".cs"))
            if (!path.EndsWith("HouseTests.cs", StringComparison.Ordinal)) await Assert.That(text.Contains("RS0030", StringComparison.Ordinal)).IsFalse().Because(path);
        await Assert.That(Repository.Files(".", "Directory.Build.props").Count()).IsEqualTo(1);
    }

    [Test]
    public async Task No_file_is_longer_than_a_reader_s_patience()
    {
        foreach (var (path, text) in Sources(".cs", ".sh", ".py", ".props", ".csproj", "run"))
            await Assert.That(text.Count(c => c == '\n')).IsLessThanOrEqualTo(350).Because(path);
    }

    [Test]
    public async Task Nothing_is_left_for_later_and_nothing_tells_of_the_machine_that_it_was_written_on()
    {
        string[] later = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:", "XX" + "X:", "NotImplemented" + "Exception"];
        var machine = new Regex("/(?:ro" + "ot|ho" + "me/[a-z]|wo" + "rk|Us" + "ers)/|[A-Z]:\\\\Us" + "ers|" + Regex.Escape(Environment.MachineName + "."), RegexOptions.NonBacktracking);
        foreach (var (path, text) in Sources(".cs", ".csproj", ".props", ".targets", ".toml", ".md", ".sh", ".py", ".json", ".sln", ".txt", ".base"))
        {
            foreach (var word in later)
                if (!(path.EndsWith("HandbookTests.cs", StringComparison.Ordinal))) await Assert.That(text.Contains(word, StringComparison.Ordinal)).IsFalse().Because($"{word} in {path}");
            await Assert.That(machine.Match(text).Value).IsEqualTo("").Because(path);
        }
    }

    static IEnumerable<(string Path, string Text)> Sources(params string[] endings) => Repository.Files(".", endings);
}
