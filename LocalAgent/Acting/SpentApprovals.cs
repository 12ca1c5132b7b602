using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>What is known of an approval's use.</summary>
public enum Spending
{
    /// <summary>The action was offered, or was about to be; no answer is recorded.</summary>
    Offered,
    /// <summary>It was offered and provably did not happen.</summary>
    Refused,
    /// <summary>It happened.</summary>
    Accepted,
}

/// <param name="Intent">Nonce of the one intent that may use the approval.</param>
public sealed record Spent(string Intent, int Attempt, Spending State);

/// <summary>
/// The approvals that were used, kept outside the vault: a vault that is rolled back, restored or rewritten by its remote replays nothing.
/// One line for each step, appended and synced: <c>NONCE INTENT ATTEMPT STATE</c>; the last line of a nonce counts. A file for each month in which approvals were signed.
/// </summary>
public sealed class SpentApprovals(StateDirectory state)
{
    readonly Dictionary<string, Dictionary<string, Spent>> months = [];

    public Spent? Find(Approval approval) => Month(approval).GetValueOrDefault(approval.Nonce);

    /// <summary>Durable when it returns.</summary>
    public void Note(Approval approval, Intent intent, Spending now)
    {
        var spent = new Spent(intent.Nonce, intent.Attempt, now);
        var month = Month(approval);
        Durable.CreateDirectory(state.PathOf("spent"));
        Durable.Append(PathOf(approval), Encoding.ASCII.GetBytes($"{approval.Nonce} {spent.Intent} {spent.Attempt} {spent.State}\n"));
        month[approval.Nonce] = spent;
    }

    string PathOf(Approval approval) => state.PathOf("spent", approval.At.UtcDateTime.ToString("yyyy-MM"));

    Dictionary<string, Spent> Month(Approval approval)
    {
        var path = PathOf(approval);
        if (!months.TryGetValue(path, out var month)) months[path] = month = Read(path);
        return month;
    }

    static Dictionary<string, Spent> Read(string path)
    {
        var month = new Dictionary<string, Spent>(StringComparer.Ordinal);
        if (!File.Exists(path)) return month;
        var text = File.ReadAllText(path, Encoding.ASCII);
        if (text.Length > 0 && text[^1] != '\n')
        {
            // A crash within an append. What it would have said was not durable, so nothing that depends on it has happened.
            text = text[..(text.LastIndexOf('\n') + 1)];
            Durable.Write(path, Encoding.ASCII.GetBytes(text), secret: true);
        }
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            if (words.Length != 4 || !int.TryParse(words[2], out var attempt) || !Enum.TryParse<Spending>(words[3], out var spending))
                throw new Refusal(ExitCode.Failed, $"{path} is damaged: '{line}'", "nothing is sent while it is unknown which approvals were used; restore the file, or remove the line and approve again what still waits");
            month[words[0]] = new(words[1], attempt, spending);
        }
        return month;
    }
}
