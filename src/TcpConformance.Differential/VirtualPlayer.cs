using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Differential;

/// <summary>Plays sessions one after the other, each against a fresh IUT in virtual time.
/// </summary>
internal sealed class VirtualPlayer(DiffIut iut) : IPlayer
{
    public Played[] Play(IReadOnlyList<Stimulus> batch, TimeSpan tail, CancellationToken cancel) =>
        [.. batch.Select(s => cancel.IsCancellationRequested
            ? new Played([]) { Unusable = "interrupted" }
            : Play(s))];

    public void Dispose()
    {
    }

    private Played Play(Stimulus stimulus)
    {
        using IIut fresh = iut.Open(stimulus.Seed);
        SessionOutcome outcome = SessionRun.Play(
            SettledSession.Of(stimulus.Session), fresh, traced: true);
        return new Played(outcome.Trace)
        {
            Violation = outcome.Violations.Count > 0 ? outcome.Violations[0] : null,
            Death = outcome.Ending switch
            {
                SessionEnding.Clean or SessionEnding.Violation => null,
                SessionEnding.Crash => "an exception",
                SessionEnding.Standstill => "stands still",
                SessionEnding.Lost => outcome.Message,
            },
        };
    }
}
