using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>What a task's file says of what was done, by its kind. A shadow has reached none of its recipients, and nothing may say so; nothing but a mail is sent.</summary>
static class Told
{
    public const string SentAtKey = "sent_at", ShadowAtKey = "shadow_at", DoneAtKey = "done_at";

    static bool IsMail(TaskFile task) => task.Get("action") is null or MailSend.KindName;

    public static string AtKey(Held held) => held.Task.Has(Intent.ShadowKey) ? ShadowAtKey : IsMail(held.Task) ? SentAtKey : DoneAtKey;

    public static string Reply(Held held, string reply) => OneLine(held.Task.Has(Intent.ShadowKey) ? "shadow, to you alone: " + reply : reply);

    public static string Was(Held held) => IsMail(held.Task) ? "sent" : "carried out";

    public static string OneLine(string text) => Unseen.OneLine(text) is { Length: > 500 } line ? line[..500] : Unseen.OneLine(text);
}
