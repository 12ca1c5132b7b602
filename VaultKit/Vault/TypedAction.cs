using System.Security.Cryptography;
using System.Text;

namespace VaultKit.Vault;

/// <summary>
/// What a task would do in the world, as data: its kind and its fields. Approval, fence and log treat every kind alike;
/// a kind is a record of its own, such as <see cref="MailSend"/>.
/// </summary>
public abstract record TypedAction
{
    /// <summary>Kind and version as in the front matter's <c>action</c>, such as <c>mail.send/1</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Every key of the front matter that an action is read from; the rest is its text, under <c>## Draft</c>.</summary>
    public static IReadOnlyList<string> Keys => ["action", .. MailSend.FieldKeys, HandbookAdd.SectionsKey, SocialPost.NetworkKey];

    /// <summary>Account that acts; empty where none does.</summary>
    public required string Account { get; init; }

    /// <summary>Its text, as it stands under <c>## Draft</c>; LF line ends.</summary>
    public required string Body { get; init; }

    /// <summary>Every field that has an effect, in a fixed order; lists one item at a time under one name.</summary>
    public abstract IEnumerable<(string Name, string Value)> Fields();

    /// <summary>
    /// SHA-256, lower-case hexadecimal, over kind, account and all fields, each as <c>name:length:value\n</c> with the length in UTF-8 octets,
    /// so that no two different actions have one encoding. It is what an approval signs.
    /// </summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string name, string value)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}:{bytes.Length}:"));
            hash.AppendData(bytes);
            hash.AppendData("\n"u8);
        }
        Add("action", Kind);
        Add("account", Account);
        foreach (var (name, value) in Fields()) Add(name, value);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Reads a task's action.</summary>
    /// <returns>Null where the task has none (yet).</returns>
    /// <exception cref="BadTaskException">An unknown kind, or a field that is missing or malformed.</exception>
    public static TypedAction? Read(TaskFile task) => task.Get("action") switch
    {
        null => null,
        MailSend.KindName => MailSend.Read(task),
        HandbookAdd.KindName => new HandbookAdd { Account = "", Sections = Line(task, HandbookAdd.SectionsKey), Body = task.Draft ?? "" },
        SocialPost.KindName => new SocialPost { Account = "", Network = Line(task, SocialPost.NetworkKey), Body = task.Draft ?? "" },
        var other => throw new BadTaskException($"'{other}' is not an action that this version knows"),
    };

    protected static string Line(TaskFile task, string key) =>
        Checked(key, task.Get(key) ?? throw new BadTaskException($"'{key}' is missing"));

    // A line break in a field is a header of the attacker's own (RFC 5322, 2.2).
    protected static string Checked(string key, string value) =>
        value.Length is 0 or > 2000 ? throw new BadTaskException($"'{key}' is empty or longer than 2,000 characters")
        : value.Any(char.IsControl) ? throw new BadTaskException($"'{key}' has a line break or control character")
        : value;
}
