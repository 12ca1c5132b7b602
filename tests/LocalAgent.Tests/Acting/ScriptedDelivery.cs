using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

/// <summary>Power goes, at a point of the test's choosing.</summary>
sealed class PowerCut : Exception;

/// <summary>A world that counts what reaches it.</summary>
sealed class ScriptedDelivery : IDelivery
{
    public List<Prepared> World { get; } = [];
    public List<byte[]> Rendered { get; } = [];
    public int After { get; private set; }

    /// <summary>Answers in turn; the last one for good. The flag says whether it reaches the world.</summary>
    public Queue<(bool Happens, Outcome Outcome)> Script { get; private set; } = new([(true, new Outcome.Accepted("250 ok"))]);

    /// <summary>Whether a look tells the truth, or can't tell.</summary>
    public bool CanSee { get; set; } = true;
    public string? AfterFails { get; set; }
    public Action<string> At { get; set; } = _ => { };

    /// <summary>When all is asked and nothing is offered yet.</summary>
    public Action Ready { get; set; } = () => { };

    public string Kind => MailSend.KindName;
    public string MintId(TypedAction action) => Guid.NewGuid() + "@here.example";

    public void Answer(params (bool, Outcome)[] script) => Script = new(script);

    public Prepared Prepare(TypedAction action, Intent intent)
    {
        var bytes = MimeComposer.Compose((MailSend)action, intent);
        Rendered.Add(bytes);
        return new(action, intent, bytes);
    }

    public void MakeReady() => Ready();

    public Task<Outcome> DeliverAsync(Prepared prepared, CancellationToken cancel)
    {
        At("before delivery");
        var (happens, outcome) = Script.Count > 1 ? Script.Dequeue() : Script.Peek();
        if (happens) World.Add(prepared);
        At("after delivery");
        return Task.FromResult(outcome);
    }

    public Task<Sighting> FindAsync(Intent intent, CancellationToken cancel)
    {
        At("look");
        return Task.FromResult<Sighting>(
            !CanSee ? new Sighting.CannotTell("the server is away")
            : World.Any(p => p.Intent.Id == intent.Id) ? new Sighting.Found("Sent")
            : new Sighting.ProvablyAbsent());
    }

    public Task<string?> AfterAsync(Prepared prepared, CancellationToken cancel)
    {
        At("after");
        After++;
        return Task.FromResult(AfterFails);
    }
}
