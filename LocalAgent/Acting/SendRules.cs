using System.Globalization;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>What the owner has set for everything that goes out: <c>[approve] undo</c> and <c>[send]</c> in vault.toml.</summary>
public sealed record SendRules
{
    /// <summary>How long an approval can be taken back before it is acted on.</summary>
    public TimeSpan Undo { get; init; }

    /// <summary>No more mails than this in any hour; 0 for any number.</summary>
    public int PerHour { get; init; }

    /// <summary>The same for any 24 hours.</summary>
    public int PerDay { get; init; }

    /// <summary>No more mails than this to the same people about the same within an hour: else two machines answer each other. 0 for any number.</summary>
    public int PerTalk { get; init; }

    /// <summary>Nothing goes out between these times of the day, here; null where it may at any.</summary>
    public (TimeOnly From, TimeOnly To)? Quiet { get; init; }

    /// <summary>Everything goes to the account's own address instead of its recipients.</summary>
    public bool Shadow { get; init; }

    /// <exception cref="Refusal">A value that is not what it should be; exit code 78.</exception>
    public static SendRules Read(Settings settings) => new()
    {
        Undo = settings.Time("approve:undo", "10s", most: 86_400),
        PerHour = settings.Number("send:per_hour", 30, 0, 1_000_000),
        PerDay = settings.Number("send:per_day", 200, 0, 1_000_000),
        PerTalk = 3,
        Quiet = ReadQuiet(settings.Text("send:quiet", "")),
        Shadow = settings.Text("send:mode", "live") switch
        {
            "live" => false,
            "shadow" => true,
            var other => throw Settings.Bad("send:mode", $"'{other}' is not a mode", "use \"live\" or \"shadow\""),
        },
    };

    static (TimeOnly, TimeOnly)? ReadQuiet(string text)
    {
        if (text.Trim().Length == 0) return null;
        var parts = text.Split('-', StringSplitOptions.TrimEntries);
        return parts.Length == 2 && IsTime(parts[0], out var from) && IsTime(parts[1], out var to) && from != to ? (from, to)
            : throw Settings.Bad("send:quiet", $"'{text}' is not a part of the day", "write it as 22:00-07:00");
    }

    static bool IsTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary>In words, for doctor and status.</summary>
    public override string ToString()
    {
        var parts = new List<string> { Shadow ? "SHADOW: everything goes to your own address" : "live" };
        if (PerHour > 0) parts.Add($"at most {PerHour} an hour");
        if (PerDay > 0) parts.Add($"at most {PerDay} a day");
        if (Quiet is { } quiet) parts.Add($"nothing from {quiet.From:HH:mm} to {quiet.To:HH:mm}");
        if (Undo > TimeSpan.Zero) parts.Add($"{Undo.TotalSeconds:0.#} s to take it back");
        return string.Join(", ", parts);
    }
}
