using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using Fuzz.Targets;

namespace Fuzz;

/// <summary>What a run on one target came to.</summary>
sealed record Fuzzed(long Runs, int Edges, int Inputs, int New, IReadOnlyList<string> Broken);

/// <summary>Changes inputs, and keeps each that takes an edge, or takes it so often, as none did before.</summary>
sealed class Fuzzer
{
    const int MostBroken = 5;
    static readonly TimeSpan Slow = TimeSpan.FromSeconds(2), Hangs = TimeSpan.FromSeconds(60);
    const long MostMemory = 512L * 1024 * 1024;

    readonly ITarget target;
    readonly string found;
    readonly Random chance;
    readonly Mutator mutator;
    readonly MemoryMappedViewAccessor current;
    readonly List<byte[]> inputs = [];
    readonly byte[] known = new byte[Coverage.Size], taken = new byte[Coverage.Size];
    readonly Dictionary<string, string> broken = [];
    long runs;

    /// <param name="found">A folder for inputs at which something is broken.</param>
    public Fuzzer(ITarget target, string found, int seed)
    {
        (this.target, this.found, chance) = (target, found, new(seed));
        mutator = new(chance, target.Words, target.Limit);
        Directory.CreateDirectory(found);
        // What is tried at this moment, should it take the whole process down.
        current = MemoryMappedFile.CreateFromFile(Path.Combine(found, $"{target.Name}.current"), FileMode.Create, null, target.Limit + 16).CreateViewAccessor();
    }

    public IReadOnlyList<byte[]> Inputs => inputs;

    public Fuzzed Run(IEnumerable<byte[]> corpus, TimeSpan time)
    {
        // Types are made ready while they are met for the first time: that is no find.
        foreach (var seed in corpus.Concat(target.Seeds).ToList()) Try(seed);
        var given = inputs.Count;
        if (inputs.Count == 0) inputs.Add([]);
        var watch = Stopwatch.StartNew();
        using var watchdog = new Timer(Watch, -1L, Hangs, Hangs);
        while (watch.Elapsed < time && broken.Count < MostBroken)
        {
            // What was found last is where the unknown begins.
            var index = chance.Next(2) == 0 ? chance.Next(inputs.Count) : inputs.Count - 1 - chance.Next(Math.Min(inputs.Count, 20));
            Try(mutator.Change(inputs[index], () => inputs[chance.Next(inputs.Count)]));
        }
        return new(runs, Coverage.Edges(known), inputs.Count, inputs.Count - given, [.. broken.Values]);
    }

    /// <summary>Runs one input. Its exception is thrown on.</summary>
    public void Once(byte[] input) => Coverage.Of(() => target.Run(input), taken);

    void Try(byte[] input)
    {
        runs++;
        if (input.Length > target.Limit) input = input[..target.Limit];
        current.Write(0, input.Length);
        current.WriteArray(4, input, 0, input.Length);
        if (Fails(input) is { } why)
        {
            var kind = Kind(why);
            if (!broken.ContainsKey(kind)) broken[kind] = Save(Shrink(input, kind), why);
        }
        else if (Coverage.Add(known, taken)) inputs.Add(input);
    }

    Exception? Fails(byte[] input)
    {
        var (began, memory) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        var busy = Environment.CpuUsage.TotalTime;
        try { Once(input); }
        catch (Exception e) { return e; } // whatever it is: none may come out of what a stranger wrote
        // On a machine that is busy with other things the clock says little; the processor's own time does.
        if (Stopwatch.GetElapsedTime(began) > Slow && Environment.CpuUsage.TotalTime - busy > Slow) return new BrokenException($"slow: {(Environment.CpuUsage.TotalTime - busy).TotalSeconds:0.0} s of the processor for {input.Length} octets");
        var used = GC.GetAllocatedBytesForCurrentThread() - memory;
        return used > MostMemory ? new BrokenException($"large: {used / 1024 / 1024} MiB for {input.Length} octets") : null;
    }

    /// <summary>What tells one defect from another: where it was thrown, and for ours which.</summary>
    static string Kind(Exception e) =>
        e is BrokenException ? e.Message[..Math.Min(24, e.Message.Length)] : $"{e.GetType().Name} {e.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("VaultKit", StringComparison.Ordinal))}";

    /// <summary>The same defect with less of the input: parts are left out, each half as long as those before.</summary>
    byte[] Shrink(byte[] input, string kind)
    {
        var until = Stopwatch.GetTimestamp() + 10 * Stopwatch.Frequency;
        for (var size = Math.Max(1, input.Length / 2); ; size /= 2)
        {
            for (var at = 0; at < input.Length && Stopwatch.GetTimestamp() < until;)
            {
                byte[] less = [.. input[..at], .. input[Math.Min(input.Length, at + size)..]];
                if (less.Length < input.Length && Fails(less) is { } why && Kind(why) == kind) input = less;
                else at += size;
            }
            if (size <= 1) return input;
        }
    }

    string Save(byte[] input, Exception why)
    {
        var path = Path.Combine(found, $"{target.Name}-{Name(input)}");
        File.WriteAllBytes(path, input);
        return $"{path}: {why.GetType().Name}: {why.Message}\n{string.Join('\n', (why.StackTrace ?? "").Split('\n').Take(8))}";
    }

    public static string Name(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input))[..12];

    long before = -1;

    void Watch(object? _)
    {
        if (Interlocked.Read(ref runs) is var now && now != before)
        {
            before = now;
            return;
        }
        var input = new byte[current.ReadInt32(0)];
        current.ReadArray(4, input, 0, input.Length);
        Console.WriteLine($"BROKEN {Save(input, new BrokenException("it hangs"))}");
        Environment.Exit(1);
    }
}
