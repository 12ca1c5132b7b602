using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>A draft that is to be written again: the owner's words about it and its text stay in the task, for whichever machine drafts next and for whoever reads the task later.</summary>
public static class Redraft
{
    public const string RemarkKey = "remark", EarlierKey = "earlier_draft";

    const int MaxLength = 8 * 1024;

    /// <param name="words">Empty: none, and those of before are gone.</param>
    public static TaskFile Ask(TaskFile task, string words)
    {
        var draft = Text.Cut(DraftCheck.Own(task.Draft ?? "").Trim(), MaxLength);
        task = words.Length == 0 ? task.Without(RemarkKey) : task.With(RemarkKey, words);
        return draft.Length == 0 ? task.Without(EarlierKey) : task.With(EarlierKey, draft.Split('\n'));
    }

    /// <summary>The owner's words; empty where there are none.</summary>
    public static string Words(TaskFile task) => task.Get(RemarkKey) ?? "";

    /// <summary>The text that they are about. Not what stands under <c>## Draft</c>: after a crash that may be the new one already.</summary>
    public static string Earlier(TaskFile task) => string.Join('\n', task.GetList(EarlierKey));
}
