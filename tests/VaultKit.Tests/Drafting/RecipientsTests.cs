using CsCheck;
using VaultKit.Drafting;
using VaultKit.Mail;

namespace VaultKit.Tests.Drafting;

public class RecipientsTests
{
    static readonly Account Owner = new() { Name = "main", Address = "jo@holz.example", Aliases = ["Info@holz.example"] };

    static Letter Mail(string from, string[] to, string[]? cc = null, string[]? replyTo = null) => new()
    {
        Account = "main", Digest = [], From = new Address("", from),
        To = [.. to.Select(a => new Address("", a))], Cc = [.. (cc ?? []).Select(a => new Address("", a))], ReplyTo = [.. (replyTo ?? []).Select(a => new Address("", a))],
    };

    static async Task Is(Recipients r, string from, string to, string cc)
    {
        await Assert.That(r.From).IsEqualTo(from);
        await Assert.That(string.Join(' ', r.To)).IsEqualTo(to);
        await Assert.That(string.Join(' ', r.Cc)).IsEqualTo(cc);
    }

    [Test]
    public async Task To_the_sender_from_the_address_written_to() => await Is(Recipients.Of(Mail("a@x.example", ["info@HOLZ.example"]), Owner), "Info@holz.example", "a@x.example", "");

    [Test]
    public async Task To_all_others_in_copy_nobody_twice() =>
        await Is(Recipients.Of(Mail("a@x.example", ["jo@holz.example", "b@x.example", "A@x.example"], ["c@x.example", "B@X.example", "info@holz.example"]), Owner), "jo@holz.example", "a@x.example", "b@x.example c@x.example");

    [Test]
    public async Task Reply_to_goes_before_from() => await Is(Recipients.Of(Mail("a@x.example", ["jo@holz.example"], null, ["r@x.example", "s@x.example"]), Owner), "jo@holz.example", "r@x.example s@x.example", "");

    [Test]
    public async Task A_reply_to_of_ones_own_is_passed_over() => await Is(Recipients.Of(Mail("a@x.example", ["jo@holz.example"], null, ["jo@holz.example"]), Owner), "jo@holz.example", "a@x.example", "");

    [Test]
    public async Task Ones_own_mail_goes_to_those_it_went_to() => await Is(Recipients.Of(Mail("jo@holz.example", ["b@x.example"], ["c@x.example"]), Owner), "jo@holz.example", "b@x.example", "c@x.example");

    [Test]
    public async Task To_oneself_alone_goes_to_nobody() => await Is(Recipients.Of(Mail("jo@holz.example", ["info@holz.example"]), Owner), "Info@holz.example", "", "");

    [Test]
    public async Task Written_to_none_of_the_owners_addresses_it_comes_from_the_accounts() => await Is(Recipients.Of(Mail("a@x.example", ["list@x.example"]), Owner), "jo@holz.example", "a@x.example", "list@x.example");

    [Test]
    public async Task A_crowd_is_not_written_to() =>
        await Is(Recipients.Of(Mail("a@x.example", [.. Enumerable.Range(0, Recipients.MaxOthers + 1).Select(i => $"p{i}@x.example")]), Owner), "jo@holz.example", "a@x.example", "");

    [Test]
    public void Never_the_owner_and_nobody_who_is_not_in_the_letter()
    {
        string[] some = ["jo@holz.example", "JO@holz.example", "info@holz.example", "a@x.example", "A@x.example", "b@x.example", "c@x.example", "d@x.example"];
        var address = Gen.Int[0, some.Length - 1].Select(i => some[i]);
        var list = address.Array[0, 6];
        Gen.Select(address, list, list, list).Sample((from, to, cc, replyTo) =>
        {
            var r = Recipients.Of(Mail(from, to, cc, replyTo), Owner);
            string[] all = [.. r.To, .. r.Cc];
            string[] known = [from, .. to, .. cc, .. replyTo];
            return Owner.Owns(r.From) && !all.Any(Owner.Owns) && all.All(known.Contains) && all.Distinct(StringComparer.OrdinalIgnoreCase).Count() == all.Length;
        }, iter: 3000);
    }
}
