using System.Threading.Channels;

namespace VaultKit.Agent;

/// <summary>What woke the loop. A hint only: the turn looks for itself. Of several at once the last in this order counts.</summary>
public enum Hint
{
    /// <summary>A single turn that somebody asked for, and waits for.</summary>
    Once,
    Start,
    /// <summary>A mailbox may have new mail.</summary>
    Mail,
    /// <summary>Something in the vault was changed, not by us.</summary>
    Vault,
    /// <summary>Another machine has pushed.</summary>
    Remote,
    Timer,
}

/// <summary>The hints that nobody has taken yet, each once: however many come during a long turn, none takes another's place.</summary>
sealed class Hints
{
    readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    int heard;

    public void Hear(Hint hint)
    {
        Interlocked.Or(ref heard, 1 << (int)hint);
        bell.Writer.TryWrite(true);
    }

    public Task WaitAsync(CancellationToken cancel) => bell.Reader.WaitToReadAsync(cancel).AsTask();

    /// <returns>The last that <paramref name="counts"/>; null where none does. What does not count is forgotten.</returns>
    public Hint? Take(Func<Hint, bool> counts)
    {
        bell.Reader.TryRead(out _); // first: what comes from here on rings again
        var all = Interlocked.Exchange(ref heard, 0);
        for (var hint = Hint.Timer; hint > Hint.Once; hint--)
            if ((all & 1 << (int)hint) != 0 && counts(hint)) return hint;
        return null;
    }
}
