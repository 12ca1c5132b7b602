using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>
/// Asks an address after finished turns, as healthchecks.io and its kind want it: when nothing comes any more, that service tells the owner of the machine that can't tell anything itself.
/// </summary>
/// <param name="secret">The name of the secret that is the address; empty: there is none.</param>
sealed class DeadManSwitch(string secret, Secrets secrets, TimeProvider clock)
{
    public const string Name = "dead_man";

    /// <summary>Turns that follow each other closely are one sign of life.</summary>
    static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    long? last;

    /// <returns>Null where it was asked, or need not be; else why it could not be.</returns>
    public async Task<(bool Tried, string? Failure)> PressAsync(CancellationToken cancel)
    {
        if (secret.Length == 0 || last is { } at && clock.GetElapsedTime(at) < Between) return (false, null);
        last = clock.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, WebChannel.Address(Name, secret, secrets));
            await WebChannel.SendAsync(Name, request, cancel);
            return (true, null);
        }
        catch (Refusal e) { return (true, e.Message); }
    }
}
