using CsCheck;
using LocalAgent.Acting;
using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

/// <summary>
/// The power goes at any step, several times, under any answers. The steps at which it can go: each audit event (they stand between the durable
/// writes), the confirmation, and each call of the delivery.
/// </summary>
public class FenceCrashTests
{
    /// <param name="Happens">Whether the world gets the mail where no answer comes.</param>
    /// <param name="Kind">0 accepted, 1 4xx, 2 5xx, 3 not offered, 4 no answer.</param>
    readonly record struct Answer(bool Happens, int Kind);

    static readonly Gen<Answer> Answers = Gen.Select(Gen.Bool, Gen.Int[0, 4], (happens, kind) => new Answer(happens, kind));
    static readonly Gen<(int[] Cuts, Answer[] Answers, bool CanSee, bool SeesAtLast)> Stories =
        Gen.Select(Gen.Int[1, 9].Array[0, 4], Answers.Array[1, 3], Gen.Bool, Gen.Bool);

    [Test]
    public async Task However_often_the_power_goes_no_mail_goes_twice_and_none_is_dropped()
    {
        var sent = 0;
        await Stories.SampleAsync(async story =>
        {
            var (times, stage, phase) = await PlayAsync(story.Cuts, story.Answers, story.CanSee, story.SeesAtLast);
            if (times == 1) Interlocked.Increment(ref sent);
            // What is recorded as sent was sent, what came back was not, and where nobody can know the owner is asked.
            return times <= 1 && (stage, phase) switch
            {
                (Stage.Done, _) => times == 1,
                (Stage.PendingApproval, _) => times == 0,
                (Stage.InProgress, "unknown") => true,
                _ => false,
            };
        }, iter: 200);
        await Assert.That(sent).IsGreaterThan(30);
    }

    [Test]
    public async Task The_power_can_go_at_every_single_step()
    {
        for (var cut = 1; cut <= 8; cut++)
        {
            var (times, stage, _) = await PlayAsync([cut], [new(true, 0)], canSee: true, seesAtLast: true);
            await Assert.That((cut, times, stage)).IsEqualTo((cut, 1, Stage.Done));
        }
    }

    static async Task<(int Times, Stage Stage, string? Phase)> PlayAsync(int[] cuts, Answer[] answers, bool canSee, bool seesAtLast)
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery { CanSee = canSee };
        delivery.Answer([.. answers.Select(Scripted), (true, new Outcome.Accepted("250 at last"))]);

        var cutsLeft = new Queue<int>(cuts);
        var stepsLeft = int.MaxValue;
        void Step(string _) { if (--stepsLeft == 0) throw new PowerCut(); }
        delivery.At = Step;

        for (var run = 0; run < 50; run++)
        {
            stepsLeft = cutsLeft.TryDequeue(out var cut) ? cut : int.MaxValue;
            if (run == 30) delivery.CanSee = seesAtLast;
            var fence = new Fence(v.Vault, new SpentApprovals(v.State), new TrustedKeys(v.State, v.Key), v.Objections, v.Earlier, v.Holds(), _ => delivery,
                (_, _) => { Step("confirm"); return Task.FromResult(true); }, (_, _, _, _) => Task.FromResult<string?>(null), v.Clock, (what, _, _) => Step(what));
            try { await fence.RunAsync(CancellationToken.None); }
            catch (PowerCut) { continue; } // the next run is the restart, at once
            v.Clock.Now += TimeSpan.FromHours(1);
            if (cutsLeft.Count == 0 && v.Where(entry).Place.Stage is Stage.Done or Stage.PendingApproval) break;
        }
        var end = v.Where(entry);
        return (delivery.World.Count, end.Place.Stage, v.Read(entry).Get("phase"));
    }

    static (bool, Outcome) Scripted(Answer answer) => answer.Kind switch
    {
        0 => (true, new Outcome.Accepted("250 ok")),
        1 => (false, new Outcome.RefusedForNow("451 later")),
        2 => (false, new Outcome.RefusedForGood("550 no")),
        3 => (false, new Outcome.NotOffered("no connection")),
        _ => (answer.Happens, new Outcome.Unknown("no answer")),
    };
}
