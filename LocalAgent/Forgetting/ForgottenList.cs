using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using VaultKit.Vault;

namespace LocalAgent.Forgetting;

/// <summary>The owner's word that something was forgotten, over the lines that say what in hashes; a signed record (<see cref="SignedRecord"/>) of its own kind.</summary>
public sealed record ForgetRecord
{
    /// <summary>The agent on whose machine it was said.</summary>
    public required string By { get; init; }

    public required int Tasks { get; init; }

    /// <summary>Segments of logs in which lines were taken out.</summary>
    public required int Segments { get; init; }

    /// <summary>SHA-256, lower-case hexadecimal, of the lines below it, each with its line end.</summary>
    public required string Lines { get; init; }

    /// <summary>Fingerprint of the signer's public key (<see cref="Approval.Fingerprint"/>).</summary>
    public required string Approver { get; init; }

    public required DateTimeOffset At { get; init; }

    public string Sign(ECDsa key) => SignedRecord.Sign(this, ForgetJson.Default.ForgetRecord, key);

    /// <returns>Null where the record is malformed, of another kind, the key unknown or the signature wrong.</returns>
    public static ForgetRecord? Verify(string text, Func<string, ECDsa?> key) => SignedRecord.Verify(text, ForgetJson.Default.ForgetRecord, f => key(f.Approver));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ForgetRecord))]
sealed partial class ForgetJson : JsonSerializerContext;

/// <summary>
/// <see cref="Forgotten.ListPath"/> as the owner's machines read it: for each forgetting its signed word and, below it, lines: <c>task MARK</c>, <c>sent MARK</c> (over the nonce of an intent that went out),
/// <c>log AGENT SEGMENT OLD NEW</c> (SHA-256 of a segment before and after). Only lines under a word that is right count.
/// </summary>
public sealed class ForgottenList
{
    const string Head = "# Forgotten\n\nSomebody asked to be forgotten. This names nobody: what was removed and changed is told by hashes alone, each forgetting under the owner's signature.\n";

    readonly HashSet<string> marks = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> stoodFor = new(StringComparer.Ordinal);

    /// <summary>What counts, oldest first.</summary>
    public List<ForgetRecord> Forgettings { get; } = [];

    /// <summary>Words that are none, or that were given for other lines.</summary>
    public int WithoutWord { get; }

    public ForgottenList(byte[] list, Func<string, ECDsa?> key)
    {
        foreach (var block in Encoding.UTF8.GetString(list).Split("\nv1.").Skip(1))
        {
            var end = block.IndexOf('\n');
            var lines = end < 0 ? "" : block[(end + 1)..];
            if (lines.IndexOf("\n\n", StringComparison.Ordinal) is >= 0 and var blank) lines = lines[..(blank + 1)];
            if (end < 0 || ForgetRecord.Verify("v1." + block[..end], key) is not { } said || said.Lines != Forgotten.Mark(lines))
            {
                WithoutWord++;
                continue;
            }
            Forgettings.Add(said);
            foreach (var words in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')))
            {
                if (words is ["log", var agent, var segment, var old, var @new]) stoodFor[$"{agent} {segment} {@new}"] = old;
                else if (words.Length == 2) marks.Add($"{words[0]} {words[1]}");
            }
        }
    }

    /// <summary>Of the vault's own.</summary>
    public static ForgottenList Of(VaultFolder vault, Func<string, ECDsa?> key) => new(Forgotten.Read(vault), key);

    /// <param name="hash">The one at the end of a task's name.</param>
    public bool HasHash(ReadOnlySpan<char> hash) => marks.Count > 0 && marks.Contains("task " + Forgotten.Mark(hash.ToString()));

    public bool HasTask(string? name) => name is not null && TaskName.TryParse(name, out var task) && HasHash(task.Hash);

    /// <param name="intent">Nonce of the intent that it went out by.</param>
    public bool HasSent(string intent) => marks.Count > 0 && marks.Contains("sent " + Forgotten.Mark(intent));

    /// <summary>See <see cref="VaultKit.Audit.LogChain"/>.</summary>
    public string? StoodFor(string agent, int segment, string hash) => stoodFor.Count == 0 ? null : stoodFor.GetValueOrDefault($"{agent} {segment} {hash}");

    /// <summary>The list with one more.</summary>
    /// <param name="sign">Gives the word for so many tasks and segments and the hash of the lines.</param>
    public static byte[] Append(byte[] list, IReadOnlyCollection<string> lines, Func<int, int, string, string> sign)
    {
        var text = string.Concat(lines.Order(StringComparer.Ordinal).Select(l => l + "\n"));
        var word = sign(lines.Count(l => l.StartsWith("task ", StringComparison.Ordinal)), lines.Count(l => l.StartsWith("log ", StringComparison.Ordinal)), Forgotten.Mark(text));
        return Encoding.UTF8.GetBytes($"{(list.Length == 0 ? Head : Encoding.UTF8.GetString(list))}\n{word}\n{text}");
    }
}
