using System.Diagnostics;
using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>
/// To whom mail has gone out, as far as <c>Done/</c> tells. Looked through from the newest month on and no further than a question needs: whom one
/// writes to often is found at once, and a year of finished tasks keeps nobody waiting, since each question has a limit of time.
/// </summary>
sealed class Acquaintances(VaultFolder vault) : IDisposable
{
    readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);
    readonly IEnumerator<TaskEntry> done = vault.List(Stage.Done).GetEnumerator();
    bool all;

    /// <returns>Null where that could not be found out in time; the next question goes on from there.</returns>
    public bool? Has(string address, TimeSpan patience)
    {
        var began = Stopwatch.GetTimestamp();
        while (!known.Contains(address))
        {
            if (all) return false;
            if (Stopwatch.GetElapsedTime(began) > patience) return null;
            Look();
        }
        return true;
    }

    void Look()
    {
        if (!done.MoveNext())
        {
            all = true;
            return;
        }
        try
        {
            var task = vault.Read(done.Current);
            if (!task.Has(Fence.SentAtKey)) return; // finished without a mail of ours
            foreach (var field in (ReadOnlySpan<string>)["to", "cc", "bcc"])
                foreach (var text in task.GetList(field))
                    if (MailAddress.Plain(text) is { } address) known.Add(address);
        }
        catch (BadTaskException) { return; } // archived in this instant, or nothing that tells of an address
    }

    public void Dispose() => done.Dispose();
}
