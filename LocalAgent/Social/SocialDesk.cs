using System.Security.Cryptography;
using System.Text;
using LocalAgent.Acting;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Social;

/// <summary>
/// Makes post drafts, a task for each configured network: of a text file in <c>Needs_Action/social/</c>, and on the days that the handbook's table names. The file is put away when its tasks are durable; the same file again is the
/// same tasks.
/// </summary>
/// <param name="made">What this machine has made for its owner.</param>
sealed class SocialDesk(Machine machine, TaskCopies made, Record record)
{
    const string Taken = "taken";
    const int Limit = 64 * 1024, LongestTitle = 60;

    static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(20);

    readonly IReadOnlyList<Network> networks = Read(machine.Settings);
    readonly Lazy<PostWriter> writer = new(() => new(machine));
    readonly Claims claims = new(machine.Vault, machine.Clock);

    VaultFolder Vault => machine.Vault;

    string Folder => Vault.FullPath(Place.NeedsAction(Domains.Social).Folder);

    /// <exception cref="Refusal">An unknown network; exit code 78.</exception>
    static IReadOnlyList<Network> Read(Settings settings) =>
        [.. settings.List("social:networks").Distinct().Select(n => Network.Find(n) ?? throw Settings.Bad("social:networks", $"'{n}' is no network", $"one of: {string.Join(", ", Network.All.Select(a => a.Name))}"))];

    /// <summary>Something lies there that no turn has taken up.</summary>
    public bool HasWork => Files().Any();

    /// <summary>For how long a file there must still lie still; null where none must.</summary>
    public TimeSpan? Unsettled => Files().Select(f => f.Left).DefaultIfEmpty().Max() is var left && left > TimeSpan.Zero ? left + Slack : null;

    public async Task RunAsync(TurnReport report, CancellationToken cancel)
    {
        if (networks.Count > 0) Durable.CreateDirectory(Folder);
        foreach (var (path, stamp, left) in Files().OrderBy(f => f.Path, StringComparer.Ordinal).ToList())
        {
            if (left > TimeSpan.Zero) report.WakeAt(machine.Clock.GetUtcNow() + left + Slack);
            else if (networks.Count == 0) report.Problem($"{path}: no network is set for posts: write networks = [\"mastodon\"] under [social] in vault.toml", ExitCode.DoneInPart);
            else
                try { Take(path, stamp, report); }
                catch (Exception e) when (e is BadTaskException or IOException or UnauthorizedAccessException) { report.Problem($"{path} was not taken in: {e.Message}", ExitCode.DoneInPart); }
        }
        foreach (var path in NotFiles()) report.Problem($"{path} is not an ordinary file and was not taken in: put a copy of its text there", ExitCode.DoneInPart);
        Due(report);
        foreach (var entry in Vault.List(Place.NeedsAction(Domains.Social)).Concat(claims.Mine()).ToList())
        {
            cancel.ThrowIfCancellationRequested();
            try { await DraftAsync(entry, report, cancel); }
            catch (BadTaskException e) { report.Problem($"{entry.Path}: {e.Message}"); }
        }
    }

    IEnumerable<(string Path, FileStamp Stamp, TimeSpan Left)> Files()
    {
        foreach (var path in Dropped())
        {
            var stamp = Disk.Stamp(path);
            var last = DateTimeOffset.UnixEpoch.AddTicks(Math.Max(stamp.Written, stamp.Changed) / 100);
            if (stamp.Kind == FileKind.Regular) yield return (path, stamp, new(Math.Min((last + machine.Settings.Settle - machine.Clock.GetUtcNow()).Ticks, machine.Settings.Settle.Ticks)));
        }
    }

    IEnumerable<string> Dropped() => Disk.Stamp(Folder).Kind != FileKind.Directory ? [] : Directory.EnumerateFiles(Folder)
        .Where(p => Path.GetFileName(p) is var name && name[0] != '.' && Path.GetExtension(name).ToLowerInvariant() is ".md" or ".txt" && !TaskName.TryParseFile(name, out _));

    IEnumerable<string> NotFiles() => Dropped().Where(p => Disk.Stamp(p).Kind is not (FileKind.Regular or FileKind.Missing)).Order(StringComparer.Ordinal);

    void Take(string path, FileStamp stamp, TurnReport report)
    {
        var octets = Disk.ReadRegular(path, Limit);
        string text;
        try { text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(octets).TrimStart('\ufeff').ReplaceLineEndings("\n").Trim(); }
        catch (DecoderFallbackException) { throw new BadTaskException("it is not UTF-8 text"); }
        var lines = text.Split('\n');
        var hasTitle = lines[0].StartsWith("# ", StringComparison.Ordinal);
        var title = hasTitle ? lines[0][2..].Trim() : lines[0].Trim();
        if (hasTitle) text = string.Join('\n', lines.Skip(1)).Trim();
        if (text.Length == 0) throw new BadTaskException("there is no text in it");
        // Its first words become the task's name, which the log carries to the other machines.
        if (Leaks.Find(text) is [var leak, ..]) throw new BadTaskException($"line {Leaks.Line(text, leak)} of its text looks like a {leak.Kind}: take that out");
        foreach (var network in networks)
            File(network, title, text, isText: true, SHA256.HashData([.. Encoding.UTF8.GetBytes($"{SocialPost.KindName}\n{network.Name}\n{Path.GetFileName(path)}\n{stamp.Written}\n"), .. octets]), report);
        PutAway(path);
    }

    /// <summary>What the handbook wants written today, once.</summary>
    void Due(TurnReport report)
    {
        if (networks.Count == 0) return;
        var today = DateOnly.FromDateTime(machine.Clock.GetLocalNow().DateTime);
        foreach (var row in Cadence.Read(machine.Handbook().Text, out _).Where(c => c.Day == today.DayOfWeek))
        {
            if (Leaks.Find(row.Topic) is [var leak, ..])
            {
                report.Problem($"{VaultFolder.HandbookFile} wants a post on each {row.Day} whose topic looks like a {leak.Kind}, and it would be the task's name: take that out", ExitCode.DoneInPart);
                continue;
            }
            foreach (var network in networks.Where(n => row.Networks.Count == 0 || row.Networks.Contains(n.Name)))
                File(network, row.Topic, row.Topic, isText: false, SHA256.HashData(Encoding.UTF8.GetBytes($"{SocialPost.KindName}\n{network.Name}\n{today:yyyy-MM-dd}\n{row.Topic}")), report);
        }
    }

    void File(Network network, string title, string source, bool isText, byte[] digest, TurnReport report)
    {
        var shown = $"{network.Name}: {Unseen.OneLine(title.Length > LongestTitle ? title[..(char.IsHighSurrogate(title[LongestTitle - 1]) ? LongestTitle - 1 : LongestTitle)] + "…" : title)}";
        var name = TaskName.From(shown, digest);
        if (Vault.Find(name) is not null || ArchiveIndex.Find(Vault, name) is not null) return;
        var task = TaskFile.New(shown).With("task", "social/1").With("received", machine.Clock.GetUtcNow()).With("title", shown).With(SocialPost.NetworkKey, network.Name).With("source", isText ? "text" : "topic").WithOriginal(source);
        made.Keep(name, task);
        if (!Vault.Create(new(Place.NeedsAction(Domains.Social), name), task)) return;
        record("post.asked", name, (SocialPost.NetworkKey, network.Name));
        report.Filed++;
    }

    async Task DraftAsync(TaskEntry entry, TurnReport report, CancellationToken cancel)
    {
        var seen = Vault.Read(entry);
        // What was approved is the fence's; where the owner moved it back to be done again, the yes of before is void.
        if (Domains.Of(seen) != Domains.Social || seen.Has(Phase.Key) || entry.Place.Stage == Stage.InProgress && seen.Has(Approval.Key)) return;
        if (entry.Place.Stage == Stage.NeedsAction && Vault.Move(entry, Place.InProgress(Vault.Agent)) is null) return; // somebody else's
        var mine = entry with { Place = Place.InProgress(Vault.Agent) };
        if (claims.Look(mine) is not { } held) return;
        if (Network.Find(held.Task.Get(SocialPost.NetworkKey) ?? "") is not { } network || held.Task.Original.Trim().Length == 0)
        {
            if (claims.Quarantine(mine) is { } put) report.Problem($"{entry.Path} was moved to {put.Path}: it names no network that there is, or nothing to write about");
            return;
        }
        var request = new PostRequest(network, held.Task.Original.Trim('\n'), held.Task.Get("source") != "topic", Redraft.Words(held.Task), Redraft.Earlier(held.Task), machine.Handbook(), machine.Settings.Accounts is [var first, ..] ? first : null, machine.Clock.GetUtcNow());
        var draft = await writer.Value.WriteAsync(request, cancel);
        var task = new SocialPost { Account = "", Network = network.Name, Body = draft.Body }.Write(held.Task.Without(Approval.Key, Approver.ReturnedKey, Approver.RejectedReasonKey, Approver.RejectedAtKey))
            .With("answer", draft.Body.Length == 0 || !network.Fits(draft.Body) ? "yours" : "drafted").With("why", draft.Why).With("drafted_by", $"{Vault.Agent} {draft.By}").With("drafted_at", machine.Clock.GetUtcNow());
        task = draft.ModelFailed is { } failed ? task.With("model_failed", failed) : task.Without("model_failed");
        if (claims.Release(held, task, Place.Pending(Domains.Social)) is null)
        {
            report.Problem($"{held.Entry} can't be filed: Pending_Approval/social has that name already");
            return;
        }
        report.Drafted++;
        record("post.drafted", mine.Name, ("by", draft.By), (SocialPost.NetworkKey, network.Name));
    }

    void PutAway(string path)
    {
        var into = Path.Combine(Folder, Taken);
        Durable.CreateDirectory(into);
        for (var n = 1; !Durable.Move(path, Path.Combine(into, n == 1 ? Path.GetFileName(path) : $"{Path.GetFileNameWithoutExtension(path)}.{n}{Path.GetExtension(path)}")); n++)
            if (n == 1000) throw new IOException($"{into} is full of files of that name");
    }
}
