using Fuzz.Targets;

namespace Fuzz;

/// <summary>Makes a corpus of what was found: small inputs first, each that takes an edge that no smaller one takes.</summary>
static class Keeper
{
    const int MostOctets = 48 * 1024;

    public static void Write(string folder, ITarget target, Fuzzer fuzzer)
    {
        byte[] known = new byte[Coverage.Size], taken = new byte[Coverage.Size];
        var kept = new List<byte[]>();
        // By edge alone, not by how often: that is found again in seconds.
        foreach (var input in target.Seeds.Concat(fuzzer.Inputs.OrderBy(i => i.Length)))
        {
            Coverage.Of(() => target.Run(input), taken);
            for (var at = 0; at < taken.Length; at++) taken[at] = (byte)(taken[at] == 0 ? 0 : 1);
            if (Coverage.Add(known, taken) && !target.Seeds.Any(s => s.AsSpan().SequenceEqual(input)) && kept.Sum(k => k.Length) + input.Length <= MostOctets) kept.Add(input);
        }
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var input in kept) File.WriteAllBytes(Path.Combine(folder, Fuzzer.Name(input)), input);
        Console.WriteLine($"{folder}: {kept.Count} inputs, {kept.Sum(k => k.Length)} octets");
    }
}
