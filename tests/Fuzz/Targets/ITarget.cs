namespace Fuzz.Targets;

/// <summary>Something of the shipped code that reads what a stranger wrote, and what must hold whatever that is.</summary>
interface ITarget
{
    string Name { get; }

    /// <summary>Words of its format.</summary>
    IReadOnlyList<string> Words { get; }

    /// <summary>The longest input that is tried.</summary>
    int Limit { get; }

    /// <summary>To begin with, beside the corpus.</summary>
    IEnumerable<byte[]> Seeds { get; }

    /// <exception cref="Exception">Of whatever kind: something that must hold does not.</exception>
    void Run(byte[] input);
}

/// <summary>Something that must hold does not.</summary>
sealed class BrokenException(string what) : Exception(what)
{
    public static void Unless(bool holds, string what)
    {
        if (!holds) throw new BrokenException(what);
    }

    public static void UnlessSame(string is_, string shouldBe, string what)
    {
        if (is_ == shouldBe) return;
        var at = is_.Zip(shouldBe).TakeWhile(p => p.First == p.Second).Count();
        throw new BrokenException($"{what}, from {at} on: is '{Shown(is_, at)}', should be '{Shown(shouldBe, at)}'");
    }

    static string Shown(string text, int at) => string.Concat(text.Skip(Math.Max(0, at - 40)).Take(120).Select(c => c is < ' ' or > '~' ? $"\\u{(int)c:x4}" : c.ToString()));
}
