using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>A maildir instead of the world: one file for each intent, so that a second delivery of it is seen for what it is. Nobody may take files out of it while something is under way.</summary>
sealed class MaildirDelivery(string path, SentMailbox? sent, string owner, bool shadow = false, Func<TaskName, OutgoingFile, byte[]>? files = null) : MailDelivery(sent, owner, shadow, files)
{
    // Made with the first mail, the folders would be missing after a power cut before it; and where there are none, perhaps for want of a mount, nobody can tell what was in them.
    public override void MakeReady()
    {
        try { CreateFolders(); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return; } // the offer fails at the same, and reports it
    }

    void CreateFolders()
    {
        foreach (var folder in new[] { "tmp", "new", "cur" }) Durable.CreateDirectory(Path.Combine(path, folder));
    }

    protected override Task<Outcome> OfferAsync(Prepared prepared, CancellationToken cancel) => Task.FromResult(Deliver(prepared));

    Outcome Deliver(Prepared prepared)
    {
        var name = NameOf(prepared.Intent);
        var offered = false;
        try
        {
            CreateFolders();
            if (Find(name) is { } there) return new Outcome.Accepted($"was there already: {there}");
            var temporary = Path.Combine(path, "tmp", name);
            Durable.Write(temporary, prepared.Bytes);
            offered = true;
            return Durable.Move(temporary, Path.Combine(path, "new", name)) ? new Outcome.Accepted($"filed as new/{name}")
                : new Outcome.Unknown($"{path}: somebody else works in tmp/ or new/");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return offered ? new Outcome.Unknown(e.Message) : new Outcome.NotOffered(e.Message);
        }
    }

    public override Task<Sighting> FindAsync(Intent intent, CancellationToken cancel)
    {
        try
        {
            return Task.FromResult<Sighting>(Find(NameOf(intent)) is { } there ? new Sighting.Found(there) : new Sighting.ProvablyAbsent());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult<Sighting>(new Sighting.CannotTell(e.Message));
        }
    }

    // A reader moves it from new/ to cur/ and appends its flags.
    string? Find(string name)
    {
        foreach (var folder in new[] { "new", "cur" })
            foreach (var file in Directory.EnumerateFiles(Path.Combine(path, folder), name + "*"))
                return folder + "/" + Path.GetFileName(file);
        return null;
    }

    static string NameOf(Intent intent) => $"{intent.Date.ToUnixTimeSeconds()}.{intent.Nonce}.platinum";
}
