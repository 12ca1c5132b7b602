using System.Security.Cryptography;
using System.Text;
using LocalAgent.Acting;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Learning;

/// <summary>Makes one task of what can be learned, to be approved, edited or rejected like any other. What was proposed once is not proposed again, whatever became of it.</summary>
/// <param name="made">What this machine has made for its owner; what the vault holds beside that may be anybody's.</param>
sealed class ProposalDesk(Machine machine, EarlierVersions earlier, HandbookDelivery handbook, TaskCopies made, Record record)
{
    public const string EvidenceKey = "evidence", KeysKey = "learned_keys";

    const string Title = "What your handbook could say", Slug = "what-your-handbook-could-say-";

    VaultFolder Vault => machine.Vault;

    string ProposedFile => machine.State.PathOf("learn", "proposed");

    /// <summary>What there is to learn and was not proposed yet; changes nothing.</summary>
    public IReadOnlyList<Proposal> Find()
    {
        var known = Known();
        var own = machine.Settings.Accounts.SelectMany(a => a.Aliases.Prepend(a.Address)).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var text = handbook.Text();
        var found = Learner.Propose(Lessons.Of(Vault, earlier), machine.Handbook(), own, machine.Settings.Model is not null)
            .Where(p => !known.Contains(p.Key) && seen.Add(p.Key) && HandbookText.Against(text, Addition([p])).Count == 0 && !HandbookText.Holds(text, Addition([p]))).ToList();
        // What stands below headings of another depth comes the next time: in one text the one would stand below the other.
        return [.. found.Where(p => HandbookText.Depth(HeadingOf(p.Section, text)) == HandbookText.Depth(HeadingOf(found[0].Section, text)))];
    }

    /// <summary>Files them as one task in <c>Pending_Approval/files/</c>. Durable when it returns; after a crash the same call makes the same task.</summary>
    /// <exception cref="Refusal">Another process proposes just now.</exception>
    public TaskName File(IReadOnlyList<Proposal> proposals)
    {
        var name = TaskName.From(Title, SHA256.HashData(Encoding.UTF8.GetBytes("handbook.add/1\n" + string.Join('\n', proposals.Select(p => p.Key).Order(StringComparer.Ordinal)))));
        var now = machine.Clock.GetUtcNow();
        var body = Addition(proposals);
        var task = new HandbookAdd { Account = "", Sections = HandbookText.Sections(handbook.Text(), body), Body = body }.Write(TaskFile.New(Title).With("task", "files/1").With("received", now))
            .With("title", Title).With("answer", "drafted").With("drafted_by", "localagent learn").With("drafted_at", now).With("why", "learned from what you changed, rejected and wanted otherwise")
            .With(EvidenceKey, [.. proposals.Select(Evidence)]).With(KeysKey, [.. proposals.Select(p => p.Key)]);
        if (Vault.Find(name) is null)
        {
            made.Keep(name, task);
            Vault.Create(new(Place.NeedsAction(Domains.Files), name), task);
        }
        FinishOwn();
        Durable.CreateDirectory(Path.GetDirectoryName(ProposedFile)!);
        Durable.Append(ProposedFile, Encoding.ASCII.GetBytes(string.Concat(proposals.Select(p => p.Key + "\n"))));
        record("learned", name, ("lines", $"{proposals.Count}"));
        return name;
    }

    /// <summary>Brings what a crash left on its way to where it waits, and what waits up to the handbook as it is now.</summary>
    /// <returns>Whether anything was changed.</returns>
    public bool Run() => FinishOwn() | Renew();

    bool FinishOwn()
    {
        var claims = new Claims(Vault, machine.Clock);
        var moved = false;
        foreach (var entry in Vault.List(Place.NeedsAction(Domains.Files)).Concat(claims.Mine()).ToList())
        {
            try
            {
                var task = Vault.Read(entry);
                if (task.Get("task") != "files/1" || task.Has(Phase.Key) || task.Has(Approval.Key)) continue;
                moved |= claims.HandOver(entry) is not null;
            }
            catch (BadTaskException) { continue; } // among the bad ones already, with the reason
        }
        return moved;
    }

    /// <summary>The owner says yes to what is shown, and what is shown depends on what the handbook says now.</summary>
    bool Renew()
    {
        var changed = false;
        foreach (var entry in Vault.List(Place.Pending(Domains.Files)).ToList())
        {
            try
            {
                var bytes = Vault.ReadBytes(entry);
                var task = TaskFile.Parse(bytes);
                var renewed = handbook.Renewed(task);
                if (ReferenceEquals(renewed, task)) continue;
                renewed = renewed.Without(Approval.Key).With(Approver.ReturnedKey, "your handbook says something else now where this would be added: look at it again");
                if (Vault.Rewrite(entry, bytes, renewed)) record("renewed", entry.Name);
                changed = true;
            }
            catch (BadTaskException) { continue; } // among the bad ones already, with the reason
        }
        return changed;
    }

    static string Evidence(Proposal proposal) => $"“{Unseen.OneLine(proposal.Lines[0].TrimStart('-', ' '))}”: {proposal.Why}: {string.Join(", ", proposal.From.Take(5))}{(proposal.From.Count > 5 ? $" and {proposal.From.Count - 5} more" : "")}";

    /// <summary>Each under the heading that the handbook has for it, in whatever language.</summary>
    string Addition(IReadOnlyList<Proposal> proposals)
    {
        var text = handbook.Text();
        var blocks = new List<(string Heading, List<string> Lines)>();
        foreach (var section in proposals.GroupBy(p => p.Section))
        {
            var heading = HeadingOf(section.Key, text);
            blocks.Add((heading, [.. section.SelectMany(p => section.Key == Proposal.Answers ? Answer(p, heading, text) : p.Lines)]));
        }
        return string.Join("\n\n", blocks.Select(b => b.Heading + "\n\n" + string.Join('\n', b.Lines).Trim('\n')));
    }

    static string HeadingOf(string section, string handbook) => Handbook.HeadingLike(handbook, section)?.Trim() ?? "## " + char.ToUpperInvariant(section[0]) + section[1..];

    /// <summary>As the handbook has its answers: below headings, or behind <c>Q:</c> and <c>A:</c> where it has none.</summary>
    static IEnumerable<string> Answer(Proposal proposal, string heading, string handbook)
    {
        var under = handbook.ReplaceLineEndings("\n").Split('\n').SkipWhile(l => l.TrimEnd() != heading).Skip(1).TakeWhile(l => HandbookText.Depth(l) == 0 || HandbookText.Depth(l) > HandbookText.Depth(heading)).ToList();
        var byHeading = Handbook.Read(handbook).Answers.All.Count == 0 || under.Any(l => HandbookText.Depth(l) > 0);
        return byHeading ? ["", new string('#', Math.Min(6, HandbookText.Depth(heading) + 1)) + " " + proposal.Lines[0], "", .. proposal.Lines.Skip(1)]
            : ["", "Q: " + proposal.Lines[0], "A: " + proposal.Lines[1], .. proposal.Lines.Skip(2)];
    }

    HashSet<string> Known()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        if (Disk.Stamp(ProposedFile).Kind == FileKind.Regular) known.UnionWith(System.IO.File.ReadAllLines(ProposedFile));
        foreach (var entry in Stages.All.SelectMany(Vault.List).Where(e => e.Name.Value.StartsWith(Slug, StringComparison.Ordinal)))
        {
            try { known.UnionWith(Vault.Read(entry).GetList(KeysKey)); }
            catch (BadTaskException) { continue; } // it says nothing; this machine's own list does
        }
        return known;
    }
}
