using System.Globalization;
using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>
/// That this installation was made of a backup: <c>restored</c> in the state directory, a line for each time, <c>2026-11-26T10:00:00Z local-7k3m2q</c>: when, and whose claims and sends are its own now.
/// What that one did after its backup nobody here has a record of; so no approval that is older than the restore counts, whoever signed it.
/// </summary>
public sealed class Restored
{
    const string Name = "restored", Time = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The last time; null where this installation was never restored.</summary>
    public DateTimeOffset? Since { get; }

    /// <summary>The agents that this one has taken the place of, the last one last.</summary>
    public IReadOnlyList<AgentId> Predecessors { get; }

    Restored(DateTimeOffset? since, IReadOnlyList<AgentId> predecessors) => (Since, Predecessors) = (since, predecessors);

    /// <exception cref="Refusal">The file is damaged: it is not known what must not be done again.</exception>
    public static Restored Read(StateDirectory state)
    {
        var file = state.PathOf(Name);
        if (Disk.Stamp(file).Kind == FileKind.Missing) return new(null, []);
        DateTimeOffset? since = null;
        var predecessors = new List<AgentId>();
        foreach (var line in Encoding.ASCII.GetString(Disk.ReadRegular(file, 100_000)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            if (words.Length != 2 || !DateTimeOffset.TryParseExact(words[0], Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) || !AgentId.TryParse(words[1], out var agent))
                throw new Refusal(ExitCode.Failed, $"{file} is damaged: '{line}'", "restore the backup again; until then nothing is sent");
            predecessors.Add(agent);
            if (!(since > at)) since = at;
        }
        return new(since, predecessors);
    }

    /// <summary>The line that a restore adds.</summary>
    /// <param name="at">To the second, as in an approval: one of the same second is an old one.</param>
    public static byte[] Line(DateTimeOffset at, AgentId agent) =>
        Encoding.ASCII.GetBytes($"{at.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture)} {agent}\n");

    /// <summary>Its file in a state directory that is being put together.</summary>
    public static string In(string state) => Path.Combine(state, Name);
}
