using CsCheck;
using VaultKit.Drafting;

namespace VaultKit.Tests.Drafting;

/// <summary>An index finds what looking for each phrase alone finds.</summary>
public class PhraseIndexTests
{
    static readonly string[] Words = ["a", "b", "ab", "abc", "ba", "c", "abcde", "abcdf", "abcd"], Patterns = ["a", "b", "ab", "ab~", "a~", "a|ba", "ab~|c", "c", "b|ab~", "abcde", "abc~", "abcd~", "abcde~", "c|abcdf", "~"];
    static readonly Gen<string> Word = Gen.Int[0, Words.Length - 1].Select(i => Words[i]), Pattern = Gen.Int[0, Patterns.Length - 1].Select(i => Patterns[i]);

    [Test]
    public void The_index_finds_the_same_phrases_in_the_same_order() =>
        Gen.Select(Word.Array[0, 8], Pattern.Array[1, 3].Select(p => string.Join(' ', p)).Array[0, 6]).Sample((text, phrases) =>
        {
            var words = Folding.Words(string.Join(' ', text));
            string[] distinct = [.. phrases.Distinct()];
            // A beginning of nothing begins every word, and no list has one in its first place.
            distinct = [.. distinct.Where(p => !p.Split(' ')[0].Split('|').Contains("~"))];
            string[] one = [.. distinct.Where(p => Folding.Find(words, p) >= 0)];
            var index = new PhraseIndex(distinct);
            return index.In(words).SequenceEqual(one) && index.Count(words) == one.Length && index.Any(words) == one.Length > 0 && index.First(words) == one.FirstOrDefault()
                && index.Opens(words) == distinct.FirstOrDefault(p => Folding.Find(words, p) == 0);
        }, iter: 20_000);
}
