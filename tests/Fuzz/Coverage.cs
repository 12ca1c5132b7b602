using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Fuzz;

/// <summary>Which edges of the instrumented code a run took, and how often, in AFL's classes. The instrumented code counts into one map; it runs on one thread.</summary>
static unsafe class Coverage
{
    public const int Size = 1 << 16;

    static readonly byte* Map = (byte*)NativeMemory.AllocZeroed(Size);
    static readonly byte[] Classes = [.. Enumerable.Range(0, 256).Select(n => (byte)(n switch { 0 => 0, 1 => 1, 2 => 2, 3 => 4, < 8 => 8, < 16 => 16, < 32 => 32, < 128 => 64, _ => 128 }))];

    /// <summary>Before anything instrumented runs.</summary>
    public static void Begin() => Trace.SharedMem = Map;

    /// <summary>Runs it, and leaves in <paramref name="taken"/> the class of each edge.</summary>
    public static void Of(Action run, byte[] taken)
    {
        new Span<byte>(Map, Size).Clear();
        Trace.PrevLocation = 0;
        try { run(); }
        finally
        {
            new ReadOnlySpan<byte>(Map, Size).CopyTo(taken);
            for (var at = NextTaken(taken, 0); at < Size; at = NextTaken(taken, at + 1)) taken[at] = Classes[taken[at]];
        }
    }

    /// <summary>Adds to <paramref name="known"/> what is new in <paramref name="taken"/>.</summary>
    /// <returns>Whether anything was.</returns>
    public static bool Add(byte[] known, byte[] taken)
    {
        var added = false;
        for (var at = NextTaken(taken, 0); at < Size; at = NextTaken(taken, at + 1))
        {
            if ((taken[at] & ~known[at]) == 0) continue;
            known[at] |= taken[at];
            added = true;
        }
        return added;
    }

    public static int Edges(byte[] known) => Size - known.AsSpan().Count((byte)0);

    static int NextTaken(byte[] map, int from) => from >= Size ? Size : map.AsSpan(from).IndexOfAnyExcept((byte)0) is >= 0 and var next ? from + next : Size;
}
