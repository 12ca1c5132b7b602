using LocalAgent.Acting;
using LocalAgent.Forgetting;
using VaultKit.Vault;

namespace LocalAgent.Auditing;

/// <summary>What is held against what.</summary>
/// <param name="Places">Where sent mail is kept.</param>
/// <param name="Logged">What the logs say, by the mail's id.</param>
/// <param name="Spent">The uses of approvals on this machine, by the approval's nonce.</param>
/// <param name="Away">Hashes of tasks that are in archives which are not here.</param>
/// <param name="Self">This machine.</param>
/// <param name="Began">When the first of it was read: of what went out since then not all of it tells.</param>
/// <param name="Since">What went out, or was first seen, before it is left out of the question where mails are; null: nothing is.</param>
public sealed record SendEvidence(
    IReadOnlyList<SentPlace> Places, IReadOnlyDictionary<string, LoggedSend> Logged, IReadOnlyDictionary<string, Spent> Spent, IReadOnlySet<string> Away, AgentId Self, DateTimeOffset Began, DateTimeOffset? Since)
{
    /// <summary>What was forgotten: mails of these are no stranger's, and nothing is said of them.</summary>
    public ForgottenList Forgotten { get; init; } = new([], _ => null);
}

/// <summary>
/// Each mail that bears our marker and each approval that was used, one to one: the mail by its marker, the approval by its intent, and both by what a reader sees (<see cref="Imprint"/>). Pure. Give it every
/// task that was begun, then let it finish.
/// </summary>
public sealed class SendMatch
{
    const string Seen = "whoever can write to this mailbox, or send with its password, put it there: change the password, and look at that mail";

    readonly SendEvidence evidence;
    readonly Dictionary<UInt128, List<(SentPlace Place, SentMail Mail)>> mails = [];
    readonly List<(SentPlace Place, SentMail Mail)> foreign = [];
    readonly HashSet<UInt128> judged = [];
    readonly Dictionary<string, int> nowhere = new(StringComparer.Ordinal);
    int young, left, over;

    public List<AuditFinding> Findings { get; } = [];

    /// <summary>Mails that went out, by their tasks.</summary>
    public int Sends { get; private set; }

    /// <summary>Those of them that are proved whole.</summary>
    public int Proven { get; private set; }

    /// <summary>Mails with our marker that are where sent mail is kept.</summary>
    public int Mails { get; }

    public SendMatch(SendEvidence evidence)
    {
        this.evidence = evidence;
        foreach (var place in evidence.Places)
            foreach (var mail in place.Mails)
            {
                if (mail.Marker.Length == 0) continue; // not ours, says its cache
                if (mail.Gone is null) Mails++;
                if (evidence.Forgotten.HasHash(mail.Hash)) { over++; continue; }
                if (mail.Intent is not { } intent) { foreign.Add((place, mail)); continue; }
                if (!mails.TryGetValue(intent, out var list)) mails[intent] = list = new(1);
                list.Add((place, mail));
            }
    }

    public void Judge(ApprovedSend send)
    {
        // In archive and vault at once, after a crash between the two; or moved on while this was read.
        if (SentMail.Nonce(send.Intent) is not { } intent || !judged.Add(intent)) return;
        if (evidence.Logged.TryGetValue(send.Id, out var said)) said.IsJudged = true;
        var there = mails.GetValueOrDefault(intent) ?? [];
        if (send.SentAt is null)
        {
            if (there.Count > 0) Say(Verdict.Note, send, "it is under way, and in Sent already", "the next turn of 'localagent run' finishes it, or asks you");
            return;
        }
        if (send.SentAt.Value.AddSeconds(1) > evidence.Began) { young++; return; } // the file tells seconds
        Sends++;
        var before = Findings.Count;
        var isProven = Approval(send) & Log(send) & Copies(send, there);
        if (isProven && Findings.Count == before) Proven++;
    }

    bool Approval(ApprovedSend send)
    {
        if (send.Fault.Length > 0)
        {
            var isUnknownKey = send.Approver.Length > 0 && send.Approval.Length == 0 && send.Fault.Contains("not trusted", StringComparison.Ordinal);
            Say(isUnknownKey ? Verdict.Unproven : Verdict.Contradiction, send, $"it says that it was sent, but {send.Fault}",
                isUnknownKey ? "where that is a machine of yours, 'localagent key trust' takes its key" : "'localagent git log' has its older versions: compare them");
            return false;
        }
        if (!evidence.Spent.TryGetValue(send.Approval, out var use))
        {
            if (AgentOf(send) == evidence.Self.Value) Say(Verdict.Unproven, send, "this machine sent it, and its record of spent approvals does not know that", "restore spent/ in the state directory from a backup");
            return AgentOf(send) != evidence.Self.Value; // another machine of the owner's has its own record
        }
        if (use.State == Spending.TakenBack) Say(Verdict.Contradiction, send, "it says that it was sent, and its approval had been taken back", Log(send.Task));
        else if (use.Intent != send.Intent) Say(Verdict.Contradiction, send, "its approval was used for another mail too", Log(send.Task));
        else if (use.State != Spending.Accepted) Say(Verdict.Contradiction, send, $"it says that it was sent, and the record outside the vault says {use.State.ToString().ToLowerInvariant()}", Log(send.Task));
        else return true;
        return false;
    }

    bool Log(ApprovedSend send)
    {
        if (!evidence.Logged.TryGetValue(send.Id, out var said))
        {
            Say(Verdict.Unproven, send, "no log says anything of its sending", "the log of the machine that sent it may be in an archive that is not here, or was never pushed");
            return false;
        }
        if (said.Task != send.Task || (said.Claimed && (said.Intent != send.Intent || said.Digest != send.Digest)))
        {
            Say(Verdict.Contradiction, send, $"the log of {said.Agent} says that something else was approved under its Message-ID", Log(send.Task));
            return false;
        }
        // The effect is durable before the line that tells of it: a crash between the two loses the line, and no other.
        List<string> missing = [];
        if (!said.Claimed) missing.Add("claimed");
        if (!said.Offered) missing.Add("offered");
        if (said.AcceptedAt is null && !send.Resolved) missing.Add("accepted");
        if (missing.Count > 0)
            Findings.Add(new(Verdict.CrashGap, send.Task, $"the log has no line '{string.Join("', '", missing)}' of it, in an unbroken chain: {said.Agent} died between the step and the line. What was done is in the task's file"
                + (evidence.Spent.ContainsKey(send.Approval) ? " and in the record outside the vault" : "")));
        return true;
    }

    bool Copies(ApprovedSend send, List<(SentPlace Place, SentMail Mail)> there)
    {
        var isProven = true;
        var isLookedFor = false;
        foreach (var place in evidence.Places)
        {
            var (present, gone, changed) = (0, (SentMail?)null, false);
            foreach (var (_, mail) in there.Where(m => m.Place == place))
            {
                if (mail.Imprint != send.Imprint || !send.Task.AsSpan().EndsWith(mail.Hash))
                {
                    changed = true;
                    if (!IsOld(mail.Seen)) Say(Verdict.Contradiction, send, $"the mail {mail.Id} {Is(mail)} in {place.Name} is not what was approved: text, subject, threading or an address differs", Seen);
                }
                else if (mail.Gone is null) present++;
                else gone = mail;
            }
            if (present > 1)
                Say(Verdict.Contradiction, send, $"{place.Name} holds {present} mails of this one approval", "where the server files what it sends by itself, set server_saves_sent = true; otherwise somebody put a second one there");
            if (place.Account != send.Account || (send.Shadow && !place.TakesShadows)) continue;
            isLookedFor = true;
            if (present == 0) isProven &= !changed && Missing(send, place, gone);
        }
        if (!isLookedFor && !send.Shadow)
        {
            nowhere[send.Account] = nowhere.GetValueOrDefault(send.Account) + 1;
            return false;
        }
        return isProven;
    }

    /// <returns>Whether that proves nothing to be wrong.</returns>
    bool Missing(ApprovedSend send, SentPlace place, SentMail? gone)
    {
        if (IsOld(send.SentAt!.Value)) left++;
        else if (gone is not null)
            Say(Verdict.Unproven, send, $"it was in {place.Name} on {gone.Seen.UtcDateTime:yyyy-MM-dd}, as it was approved, and is gone since {gone.Gone!.Value.UtcDateTime:yyyy-MM-dd}: somebody removed or moved it", "nothing, if that was you; --since leaves out what is older than a day");
        else if (place.Looked is not { } looked) return false; // said of the place
        else if (send.SentAt + Fence.Settling > looked) young++;
        else if (send.NotFiled) Say(Verdict.Unproven, send, $"it went out, and its copy could not be put into {place.Name}", Log(send.Task));
        else if (AgentOf(send) is { } agent && agent != evidence.Self.Value) Say(Verdict.Unproven, send, $"{agent} sent it, and it is not in {place.Name}", "where that machine had another mailbox for what it sent, look there");
        else if (send.Resolved) Say(Verdict.Unproven, send, $"you said that it was sent, and it is not in {place.Name}");
        else Say(Verdict.Unproven, send, $"the server accepted it, and it is not in {place.Name}", $"look in the mailbox's other folders; {Log(send.Task)}");
        return false;
    }

    /// <summary>What is left: mails that no task knows, approvals whose task is nowhere.</summary>
    public void Finish()
    {
        // Only of what is left is it asked: of all mails these would be as much again in memory.
        var strays = mails.Where(m => !judged.Contains(m.Key)).SelectMany(m => m.Value).Concat(foreign).Where(m => !IsOld(m.Mail.Seen)).ToList();
        var uses = evidence.Spent.Where(s => SentMail.Nonce(s.Value.Intent) is { } intent && !judged.Contains(intent) && !evidence.Forgotten.HasSent(s.Value.Intent)).DistinctBy(s => s.Value.Intent).ToDictionary(s => s.Value.Intent, s => (Nonce: s.Key, Use: s.Value), StringComparer.Ordinal);
        var logged = evidence.Logged.Values.Where(l => !l.IsJudged && l.Intent is not null).DistinctBy(l => l.Intent).ToDictionary(l => l.Intent!, StringComparer.Ordinal);
        foreach (var (place, mail) in strays)
        {
            var nonce = mail.Intent is null ? "" : mail.Marker[17..];
            Findings.Add(Stray(place, mail, logged.GetValueOrDefault(nonce), uses.TryGetValue(nonce, out var use) ? use.Use : null));
        }
        foreach (var said in evidence.Logged.Values)
            if (said is { AcceptedAt: { } at, IsJudged: false } && !evidence.Away.Contains(HashOf(said.Task)))
                Findings.Add(new(Verdict.Unproven, said.Task, $"the log of {said.Agent} says that it was sent on {at.UtcDateTime:yyyy-MM-dd}, and its file is neither in the vault nor in an archive", "'localagent git log' has it; without it, what was approved can't be compared"));
        foreach (var (intent, (nonce, use)) in uses)
            if (use.State == Spending.Accepted && evidence.Away.Count == 0 && !logged.ContainsKey(intent))
                Findings.Add(new(Verdict.Unproven, $"the approval {nonce}", "it was used and the mail accepted, says the record outside the vault; neither log nor task tells which mail that was", "look through 'localagent git log'"));
        foreach (var (account, count) in nowhere)
            Findings.Add(new(Verdict.Unproven, $"account {account}", $"{count} mails went out, and there is no mailbox in which they could be looked for", "set [account.imap] in vault.toml"));
        if (young > 0) Findings.Add(new(Verdict.Note, "Sent", $"{young} mails went out after it was last looked at, or less than {Fence.Settling.TotalSeconds:0} s before: nothing is said of them"));
        if (over > 0) Findings.Add(new(Verdict.Note, "Sent", $"{over} mails are of tasks that were forgotten: nothing is said of them"));
        if (left > 0) Findings.Add(new(Verdict.Note, "Sent", $"{left} mails from before --since are not there, and were not asked for"));
    }

    AuditFinding Stray(SentPlace place, SentMail mail, LoggedSend? said, Spent? use)
    {
        var about = $"{mail.Id} {Is(mail)} in {place.Name}";
        if (mail.Intent is null) return new(Verdict.Contradiction, about, "its marker is of a form that this program never writes", Seen);
        var isAway = evidence.Away.Contains(mail.Hash.ToString());
        if (said is null && use is null && !isAway) return new(Verdict.Contradiction, about, "it bears our marker, and nobody approved it", Seen);
        if (use is { State: Spending.Refused or Spending.Offered })
            return new(Verdict.Contradiction, about, $"it is there, and the record says {(use.State == Spending.Refused ? "that it was refused" : "that nobody knew whether it went out")}: it may have gone out a second time under a later approval", said is null ? "" : Log(said.Task));
        if (isAway) return new(Verdict.Unproven, about, "its task is in an archive that is not here", "say with --archive in which folder it lies");
        return new(Verdict.Unproven, about, $"it was approved{(said is null ? "" : $" as {said.Digest}")}, and its task's file is neither in the vault nor in an archive that is here, so its text can't be compared", said is null ? "" : Log(said.Task));
    }

    string? AgentOf(ApprovedSend send) => evidence.Logged.GetValueOrDefault(send.Id)?.Agent;
    bool IsOld(DateTimeOffset at) => at < evidence.Since;
    static string Is(SentMail mail) => mail.Gone is null ? "that is" : "that was";
    static string HashOf(string task) => task.Length > 16 ? task[^16..] : task;
    static string Log(string task) => $"'localagent log {task}' tells its story";
    void Say(Verdict verdict, ApprovedSend send, string what, string toDo = "") => Findings.Add(new(verdict, send.Task, what, toDo));
}
