using System.Text.Json;
using System.Text.Json.Serialization;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>What the last turn could not do, kept in the state directory for <c>status</c>. Written only when it is something else than before.</summary>
public static class Problems
{
    public static void Remember(StateDirectory state, IReadOnlyList<string> problems)
    {
        var file = state.PathOf("problems.json");
        var bytes = JsonSerializer.SerializeToUtf8Bytes([.. problems], ProblemsJson.Default.StringArray);
        if (problems.Count == 0 && !File.Exists(file)) return;
        if (!File.Exists(file) || !File.ReadAllBytes(file).AsSpan().SequenceEqual(bytes)) Durable.Write(file, bytes);
    }

    public static IReadOnlyList<string> Recall(StateDirectory state)
    {
        var file = state.PathOf("problems.json");
        if (!File.Exists(file)) return [];
        try { return JsonSerializer.Deserialize(Disk.ReadRegular(file, 1 << 20), ProblemsJson.Default.StringArray) ?? []; }
        catch (JsonException e) { return [$"{file} can't be read: {e.Message}"]; }
    }
}

[JsonSerializable(typeof(string[]))]
sealed partial class ProblemsJson : JsonSerializerContext;
