using System.Diagnostics;
using Fuzz;
using Fuzz.Targets;

// fuzz instrument FILE...                          writes edges into these assemblies
// fuzz run CORPUS FOUND SECONDS SEED TARGET...     so many seconds in all; no TARGET: all of them. Ends with 1 where something is broken
// fuzz keep CORPUS FOUND SECONDS SEED TARGET...    the same; then CORPUS/TARGET holds the fewest inputs that take all edges that are known
// fuzz replay TARGET FILE...                       runs these inputs; the exception is shown whole
ITarget[] targets = [new TaskTarget(), new FrontMatterTarget(), new MergeTarget(), new ArrivalTarget(), new MailTarget()];

switch (args)
{
    case ["instrument", .. var files]:
        foreach (var file in files) Console.WriteLine($"{file}: {SharpFuzz.Fuzzer.Instrument(file, _ => true, SharpFuzz.Options.Value).Count()} types");
        return 0;

    case ["replay", var name, .. var files]:
        var one = targets.Single(t => t.Name == name);
        foreach (var file in files) one.Run(File.ReadAllBytes(file));
        return 0;

    case ["run" or "keep", var corpus, var found, var seconds, var seed, .. var names]:
        var chosen = names.Length == 0 ? targets : [.. names.Select(n => targets.SingleOrDefault(t => t.Name == n) ?? throw new ArgumentException($"no target '{n}'; there are {string.Join(", ", targets.Select(t => t.Name))}"))];
        var broken = 0;
        Coverage.Begin();
        foreach (var target in chosen)
        {
            var (folder, watch) = (Path.Combine(corpus, target.Name), Stopwatch.StartNew());
            var fuzzer = new Fuzzer(target, found, int.Parse(seed));
            var known = Directory.Exists(folder) ? Directory.GetFiles(folder).Order().Select(File.ReadAllBytes).ToList() : [];
            var done = fuzzer.Run(known, TimeSpan.FromSeconds(double.Parse(seconds) / chosen.Length));
            Console.WriteLine($"{target.Name}: {done.Runs} runs, {done.Edges} edges, {done.Inputs} inputs of which {done.New} new, {done.Broken.Count} broken ({watch.Elapsed.TotalSeconds:0} s)");
            foreach (var what in done.Broken) Console.WriteLine($"BROKEN {what}");
            broken += done.Broken.Count;
            // Where nothing was counted nothing guided the search: the assembly is not instrumented.
            if (done.Edges == 0) throw new InvalidOperationException("no edge was counted");
            if (args[0] == "keep") Keeper.Write(folder, target, fuzzer);
        }
        return broken > 0 ? 1 : 0;

    default:
        Console.Error.WriteLine("usage: see the head of Program.cs");
        return 2;
}
