namespace VaultKit.Vault;

/// <summary>The action <c>social.post/1</c>: a text for one network. This version posts nothing: what is approved waits for its owner to post it.</summary>
public sealed record SocialPost : TypedAction
{
    public const string KindName = "social.post/1", NetworkKey = "network";

    public override string Kind => KindName;

    /// <summary>As in vault.toml, such as <c>mastodon</c>.</summary>
    public required string Network { get; init; }

    public override IEnumerable<(string Name, string Value)> Fields() => [(NetworkKey, Network), ("body", Body)];

    /// <summary>Puts the action into a task.</summary>
    public TaskFile Write(TaskFile task) => task.With("action", KindName).With(NetworkKey, Network).WithDraft(Body);
}
