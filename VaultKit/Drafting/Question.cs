namespace VaultKit.Drafting;

/// <summary>What a question is about.</summary>
public enum Topic { General, Callback, Complaint, Invoice, Price, Document, Hours, Place, Delivery, Appointment, Availability, Order }

/// <summary>One thing that a mail asks.</summary>
/// <param name="Words">The sender's own sentence: one line, bounded, without addresses and markup.</param>
/// <param name="About">What is asked about, in the sender's words but from the owner's point of view ("your order 4711"); null where that can't be told.</param>
/// <param name="Say">The owner's way of taking it up, with blanks; in the mail's language, formal and familiar form both in it.</param>
public sealed record Question(Topic Topic, string Words, string? About, string Say);
