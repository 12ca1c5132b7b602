using VaultKit.Drafting;
using VaultKit.Mail;

namespace VaultKit.Tests.Drafting;

/// <summary>A mail as a customer writes it, and what an answer must make of it.</summary>
/// <param name="Hello">The draft's first line; empty where the owner must answer.</param>
/// <param name="Topics">What it asks, in order; empty where the owner must answer.</param>
/// <param name="Says">Words that must stand in the draft, or in the reason where there is none.</param>
sealed record Ask(string Id, string From, string Subject, string Text, string Language, string Hello, Topic[] Topics, params string[] Says)
{
    public override string ToString() => Id;

    public static Account Owner { get; } = new() { Name = "main", Address = "werkstatt@holz.example", DisplayName = "Jo Berger", Aliases = ["jo@holz.example"] };

    public static Handbook Starter { get; } = Handbook.Read(HandbookStarter.CompanyHandbook);

    public Letter Letter => new()
    {
        Account = "main", Digest = new byte[32], MessageId = $"{Id}@mail.example", From = new Address(From, "customer@mail.example"),
        To = [new Address("", Owner.Address)], Date = new DateTimeOffset(2026, 3, 12, 9, 30, 0, TimeSpan.FromHours(1)), Subject = Subject, Text = Text,
    };

    public Draft Draft(Handbook? handbook = null) =>
        new BuiltInDrafter().DraftAsync(new DraftRequest(Letter, Owner, handbook ?? Starter, DateTimeOffset.UnixEpoch), CancellationToken.None).Result;
}
