using System.Security.Cryptography;

namespace VaultKit.Vault;

/// <summary>What an agent may do. The cloud reads and drafts; only the owner's machine approves and acts.</summary>
public enum Zone { Cloud, Local }

/// <summary>An agent's name for one installation: its zone and six random characters, such as <c>cloud-7k3m2q</c>. Never reused: a restored or cloned machine takes a new one.</summary>
public readonly record struct AgentId
{
    public string Value { get; }
    public Zone Zone { get; }

    AgentId(string value, Zone zone) => (Value, Zone) = (value, zone);

    public static AgentId New(Zone zone) =>
        new(Prefix(zone) + RandomNumberGenerator.GetString(Base32.Alphabet, 6), zone);

    public static bool TryParse(string text, out AgentId id)
    {
        foreach (var zone in new[] { Zone.Cloud, Zone.Local })
        {
            var prefix = Prefix(zone);
            if (text.Length == prefix.Length + 6 && text.StartsWith(prefix, StringComparison.Ordinal)
                && !text.AsSpan(prefix.Length).ContainsAnyExcept(Base32.Alphabet))
            {
                id = new(text, zone);
                return true;
            }
        }
        id = default;
        return false;
    }

    static string Prefix(Zone zone) => zone == Zone.Cloud ? "cloud-" : "local-";

    public override string ToString() => Value;
}
