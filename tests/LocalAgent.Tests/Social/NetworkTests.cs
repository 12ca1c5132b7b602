using CsCheck;
using LocalAgent.Social;
using VaultKit.Vault;

namespace LocalAgent.Tests.Social;

/// <summary>A post is counted as its network counts, and never cut in silence.</summary>
public class NetworkTests
{
    static Network Of(string name) => Network.Find(name)!;

    [Test]
    [Arguments("x", "abc", 3)]
    [Arguments("x", "Grüße aus Köln", 14)]
    [Arguments("x", "👾", 2)]
    [Arguments("x", "👨‍👩‍👧‍👦", 2)]
    [Arguments("x", "🙋🏽", 2)]
    [Arguments("x", "椅子", 4)]
    [Arguments("x", "“…”", 4)] // … is outside of the ranges that count once
    [Arguments("x", "see https://a.example/a/very/long/path?with=much&more=behind it", 30)]
    [Arguments("mastodon", "see https://a.example/a/very/long/path?with=much&more=behind it", 30)]
    [Arguments("mastodon", "hello @jo@social.example!", 10)]
    [Arguments("mastodon", "👨‍👩‍👧‍👦", 1)]
    [Arguments("bluesky", "👨‍👩‍👧‍👦é", 2)]
    [Arguments("bluesky", "see https://a.example", 21)]
    [Arguments("linkedin", "👾", 2)]
    public async Task It_counts_as_the_network_does(string network, string text, int count) => await Assert.That(Of(network).Count(text)).IsEqualTo(count);

    [Test]
    public async Task Bluesky_has_a_limit_of_octets_too()
    {
        var family = string.Concat(Enumerable.Repeat("👨‍👩‍👧‍👦", 200));
        await Assert.That(Of("bluesky").Count(family)).IsEqualTo(200);
        await Assert.That(Of("bluesky").Fits(family)).IsFalse();
        await Assert.That(string.Join('|', Network.Against(new() { Account = "", Network = "bluesky", Body = family }))).Contains("octets");
    }

    [Test]
    [Arguments("One. Two.", "One. Two.", "")]
    [Arguments("Wir öffnen am 3. März um 8 Uhr. {long}.", "Wir öffnen am 3. März um 8 Uhr.", "{long}.")]
    [Arguments("Dr. Bell z. B. kommt auch. {long}.", "Dr. Bell z. B. kommt auch.", "{long}.")]
    [Arguments("Without an end\n\n{long}.", "Without an end", "{long}.")]
    [Arguments("{long}. More.", "", "{long}. More.")]
    public async Task It_is_cut_where_a_sentence_ends(string text, string fits, string left)
    {
        var filler = string.Join(' ', Enumerable.Repeat("word", 70));
        await Assert.That(Of("x").Cut(text.Replace("{long}", filler))).IsEqualTo((fits, left.Replace("{long}", filler)));
    }

    /// <summary>What a cut gives fits, begins the text, and with what is left is all of it.</summary>
    [Test]
    public void A_cut_loses_nothing() =>
        Gen.Select(Gen.String[Gen.Char["ab. \n?!🙂"], 0, 800], Gen.Int[0, Network.All.Count - 1]).Sample((text, which) =>
        {
            text = text.Trim();
            var (fits, left) = Network.All[which].Cut(text);
            static string Bare(string t) => string.Concat(t.Where(c => !char.IsWhiteSpace(c)));
            return Network.All[which].Fits(fits) && text.StartsWith(fits, StringComparison.Ordinal) && Bare(fits) + Bare(left) == Bare(text);
        });

    [Test]
    public async Task A_network_that_is_none_is_named() =>
        await Assert.That(string.Join('|', Network.Against(new SocialPost { Account = "", Network = "myspace", Body = "a" }))).Contains("myspace");

    [Test]
    public async Task The_table_is_read_in_four_languages()
    {
        var rows = Cadence.Read("# Book\n\n## Soziale Medien\n\n| Tag | Netze | Thema |\n|---|---|---|\n| Montag | x, mastodon | Holz |\n| jeudi | | Atelier |\n| sábado | x | Feria |\n| someday | x | y |\n\n## Hours\n\n| monday | x | no |\n", out var left);
        await Assert.That(string.Join('|', rows.Select(r => $"{r.Day} {string.Join(',', r.Networks)} {r.Topic}"))).IsEqualTo("Monday x,mastodon Holz|Thursday  Atelier|Saturday x Feria");
        await Assert.That(string.Join('|', left)).IsEqualTo("| someday | x | y |");
    }
}
