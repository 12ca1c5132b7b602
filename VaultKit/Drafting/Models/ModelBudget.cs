using System.Text.Json;
using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>What a model may cost. Of the amounts 0 is no limit, of the prices it is for nothing.</summary>
/// <param name="PriceIn">Of a million tokens that it reads, in the owner's currency.</param>
/// <param name="PriceOut">Of a million tokens that it writes.</param>
public sealed record ModelLimits(int MaxTokens, long TokensPerDay, decimal MoneyPerDay, decimal PriceIn, decimal PriceOut)
{
    public decimal Cost(long tokensIn, long tokensOut) => (tokensIn * PriceIn + tokensOut * PriceOut) / 1_000_000;
}

/// <summary>What was asked of the model on a day (UTC), and how it stands with it.</summary>
/// <param name="NotBefore">It is left alone until then; null: it can be asked.</param>
/// <param name="Failure">Of the last request, in words; empty where it went well.</param>
public sealed record ModelLedger(DateOnly Day, int Requests, long Tokens, decimal Money, DateTimeOffset? NotBefore, string Failure);

/// <summary>
/// Tokens and money, counted in the state directory: what a request may cost at worst is written down before it is made, and corrected when its answer says what it was.
/// A crash in between leaves the worst, so that no number of crashes spends more than a day's.
/// </summary>
public sealed class ModelBudget(StateDirectory state, ModelLimits limits, TimeProvider clock)
{
    const int Size = 64 * 1024;

    /// <summary>A server may ask for no longer pause; one that seems to lie further ahead is of a clock that was set back.</summary>
    static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    string File => state.PathOf("model", "ledger.json");

    public ModelLimits Limits => limits;

    /// <summary>Today's. A day that seems to lie ahead goes on: a clock set back makes no room.</summary>
    public ModelLedger Look()
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var last = Read() ?? new(today, 0, 0, 0, null, "");
        return last.Day >= today ? last : last with { Day = today, Requests = 0, Tokens = 0, Money = 0 };
    }

    /// <summary>Why the model must not be asked now; null where it may.</summary>
    public string? WhyNot() => WhyNot(Look(), 0, 0);

    string? WhyNot(ModelLedger ledger, long tokensIn, long tokensOut)
    {
        if (ledger.NotBefore is { } at && at > clock.GetUtcNow() && at - clock.GetUtcNow() <= LongestPause) return $"it is left alone until {at.UtcDateTime:HH:mm:ss} UTC: {ledger.Failure}";
        var (tokens, money) = (ledger.Tokens + tokensIn + tokensOut, ledger.Money + limits.Cost(tokensIn, tokensOut));
        if (limits.TokensPerDay > 0 && tokens + (tokensIn == 0 ? 1 : 0) > limits.TokensPerDay) return $"the day's tokens are spent: {ledger.Tokens} of {limits.TokensPerDay}";
        if (limits.MoneyPerDay > 0 && money > limits.MoneyPerDay) return $"the day's money is spent: {ledger.Money:0.####} of {limits.MoneyPerDay:0.####}";
        return null;
    }

    /// <summary>Counts what a request costs at worst. Durable when it returns.</summary>
    /// <returns>Why it must not be made; null where it was counted.</returns>
    public string? Reserve(long tokensIn, long tokensOut)
    {
        using var mine = Lock();
        var ledger = Look();
        if (WhyNot(ledger, tokensIn, tokensOut) is { } why) return why;
        Write(ledger with { Requests = ledger.Requests + 1, Tokens = ledger.Tokens + tokensIn + tokensOut, Money = ledger.Money + limits.Cost(tokensIn, tokensOut), NotBefore = null });
        return null;
    }

    /// <summary>Counts what the request really was, in place of the worst.</summary>
    public void Correct(long reservedIn, long reservedOut, ModelAnswer answer)
    {
        using var mine = Lock();
        var ledger = Look();
        var (tokensIn, tokensOut) = (Math.Max(0, answer.TokensIn ?? reservedIn), Math.Max(0, answer.TokensOut ?? reservedOut));
        Write(ledger with
        {
            Tokens = Math.Max(0, ledger.Tokens - reservedIn - reservedOut + tokensIn + tokensOut),
            Money = Math.Max(0, ledger.Money - limits.Cost(reservedIn, reservedOut) + limits.Cost(tokensIn, tokensOut)),
            Failure = "",
        });
    }

    /// <summary>There was no answer, and nobody asks again for a while. Where somebody may have worked on one, the worst stays counted.</summary>
    public void Fail(long reservedIn, long reservedOut, ModelUnavailable failure)
    {
        if (!failure.MayHaveCost) Correct(reservedIn, reservedOut, new("", ModelStop.Other, 0, 0));
        using var mine = Lock();
        Write(Look() with { NotBefore = failure.Pause is { } pause ? clock.GetUtcNow() + pause : null, Failure = failure.Message });
    }

    /// <summary>The answer was of no use.</summary>
    public void Disappoint(string why)
    {
        using var mine = Lock();
        Write(Look() with { Failure = why });
    }

    IDisposable Lock()
    {
        Durable.CreateDirectory(state.PathOf("model"));
        return state.Lock("model", TimeSpan.FromSeconds(10));
    }

    ModelLedger? Read()
    {
        if (Disk.Stamp(File).Kind != FileKind.Regular) return null;
        try { return JsonSerializer.Deserialize(Disk.ReadRegular(File, Size), ModelJson.Default.ModelLedger); }
        catch (JsonException e) { throw new Refusal(ExitCode.Failed, $"{File} can't be read: {e.Message}", "remove it: the day's count begins anew"); }
    }

    void Write(ModelLedger ledger) => Durable.Write(File, JsonSerializer.SerializeToUtf8Bytes(ledger, ModelJson.Default.ModelLedger));
}
