namespace VaultKit.Mail;

/// <summary>What kind of mail it is: one word for each, as in a task's <c>category</c> and in <c>--json</c>.</summary>
public static class Category
{
    // A person's.
    public const string Inquiry = "inquiry", Order = "order", Appointment = "appointment", Complaint = "complaint", Money = "money", Application = "application", Note = "note";

    // Nobody's to answer.
    public const string Newsletter = "newsletter", List = "list", Receipt = "receipt", Notification = "notification", Bounce = "bounce", AutoReply = "auto_reply", Spam = "spam", Own = "own";
}
