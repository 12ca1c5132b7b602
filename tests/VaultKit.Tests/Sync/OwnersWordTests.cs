using VaultKit.Sync;

namespace VaultKit.Tests.Sync;

public sealed class OwnersWordTests
{
    [Test]
    public async Task Of_signed_commits_those_count_that_no_other_goes_on_from()
    {
        // newest first; a capital is signed:  m ─ B ─ x ─ A,  and  m ─ C beside them
        var parents = new Dictionary<string, string[]> { ["m"] = ["B", "C"], ["B"] = ["x"], ["C"] = ["o"], ["x"] = ["A"], ["A"] = ["o"], ["o"] = [] };
        var newest = OwnersWord.Newest(["m", "B", "C", "x", "A", "o"], c => parents[c], c => char.IsUpper(c[0]));
        await Assert.That(string.Join(' ', newest)).IsEqualTo("B C");
    }
}
