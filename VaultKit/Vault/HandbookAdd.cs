namespace VaultKit.Vault;

/// <summary>The action <c>handbook.add/1</c>: its text, headings with the lines that come below them, is added to the owner's handbook. Nothing there is changed or removed.</summary>
public sealed record HandbookAdd : TypedAction
{
    public const string KindName = "handbook.add/1", SectionsKey = "handbook_sections";

    public override string Kind => KindName;

    /// <summary>SHA-256, lower-case hexadecimal, of the handbook's sections that are added to, as the owner was shown them.</summary>
    public required string Sections { get; init; }

    public override IEnumerable<(string Name, string Value)> Fields() => [(SectionsKey, Sections), ("body", Body)];

    /// <summary>Puts the action into a task.</summary>
    public TaskFile Write(TaskFile task) => task.With("action", KindName).With(SectionsKey, Sections).WithDraft(Body);
}
