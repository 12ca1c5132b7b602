using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Auditing;

/// <summary>A mail that was approved and begun, as its task's file tells it.</summary>
public sealed record ApprovedSend
{
    public required string Task { get; init; }
    public required string Account { get; init; }

    /// <summary>Nonce of the intent; the mail bears it.</summary>
    public required string Intent { get; init; }

    /// <summary>The Message-ID that it was given.</summary>
    public required string Id { get; init; }

    /// <summary>Of the whole action, as the file's fields give it now.</summary>
    public required string Digest { get; init; }

    /// <summary>Nonce of the approval; empty where there is no valid one.</summary>
    public required string Approval { get; init; }

    /// <summary>Fingerprint of the key that the approval names; empty where there is none.</summary>
    public required string Approver { get; init; }

    /// <summary>Why the file's approval is none for what stands in it; empty where it is one.</summary>
    public required string Fault { get; init; }

    /// <summary>What a mail that was made of it looks like (<see cref="Auditing.Imprint"/>).</summary>
    public required string Imprint { get; init; }

    public bool Shadow { get; init; }
    public bool NotFiled { get; init; }

    /// <summary>The owner said that it was sent; no server did.</summary>
    public bool Resolved { get; init; }

    /// <summary>When it went out; null: it did not, or nobody knows.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <param name="key">The public key for a fingerprint, or null where it is not trusted.</param>
    /// <param name="owner">An account's own address, to which shadows go; null where the account is unknown here.</param>
    /// <returns>Null where nothing was begun.</returns>
    /// <exception cref="BadTaskException">The file can't be understood.</exception>
    public static ApprovedSend? Read(TaskName name, byte[] content, Func<string, System.Security.Cryptography.ECDsa?> key, Func<string, string?> owner)
    {
        // Most of what is finished was never sent, and looking for a key's name costs less than parsing the file.
        if (content.AsSpan().IndexOf("\noutgoing_id:"u8) < 0) return null;
        var task = TaskFile.Parse(content);
        if (!task.Has(Acting.Intent.NonceKey)) return null;
        var intent = Acting.Intent.Read(name, task);
        var action = TypedAction.Read(task);
        var (digest, approver) = (action?.Digest() ?? "", "");
        var approval = task.Get(VaultKit.Vault.Approval.Key) is { } text ? VaultKit.Vault.Approval.Verify(text, f => key(approver = f)) : null;
        var fault = approver.Length > 0 && approval is null && key(approver) is null ? $"its approval was signed by the key {approver}, which is not trusted here"
            : approval is null ? "there is no valid approval in it"
            : approval.Task != name.Value ? $"its approval is for the task {approval.Task}"
            : approval.Digest != digest ? "what stands in it is not what was approved"
            : intent.Digest != digest ? "what was about to be sent is not what was approved"
            : "";
        var mail = action as MailSend;
        if (mail is not null && intent.Shadow) mail = owner(mail.Account) is { } address ? Acting.Shadow.Of(mail, address) : null;
        return new()
        {
            Task = name.Value,
            Account = action?.Account ?? "",
            Intent = intent.Nonce,
            Id = intent.Id,
            Digest = digest,
            Approval = approval?.Nonce ?? "",
            Approver = approver,
            Fault = fault,
            Imprint = mail is null ? Auditing.Imprint.Other : Auditing.Imprint.Of(mail),
            Shadow = intent.Shadow,
            NotFiled = task.Has(Fence.NotFiledKey),
            Resolved = task.Has(Fence.ResolvedKey),
            SentAt = task.GetTime(intent.Shadow ? Fence.ShadowAtKey : Fence.SentAtKey),
        };
    }
}
