using TcpConformance.Harness;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Differential;

/// <summary>Plays sessions in real time, hundreds side by side on one IUT, each on a pair of
/// sockets of its own.</summary>
internal sealed class RealPlayer : IPlayer
{
    private const int Jobs = 700;

    private readonly IIut _iut;
    private readonly CaseLoop _loop;
    private long _played;

    public RealPlayer(DiffIut iut)
    {
        _iut = iut.Open(0);
        _loop = new CaseLoop(_iut, seed: 1, Jobs);
    }

    public Played[] Play(IReadOnlyList<Stimulus> batch, TimeSpan tail, CancellationToken cancel)
    {
        var played = new Played[batch.Count];
        Array.Fill(played, new Played([]) { Unusable = "interrupted" });
        long first = _played;
        _played += batch.Count;
        _loop.Run(
            batch.Select((s, i) => SessionCase.Of(
                $"diff/{first + i}", SettledSession.Of(s.Session), tail)),
            outcome => played[Number(outcome) - first] = Of(outcome),
            cancel);
        return played;
    }

    public void Dispose() => _iut.Dispose();

    private static long Number(CaseOutcome outcome) =>
        long.Parse(outcome.Case.Id.AsSpan("diff/".Length));

    private static Played Of(CaseOutcome outcome) => new(outcome.Trace)
    {
        Violation = outcome.Violations.Count > 0 ? outcome.Violations[0] : null,
        Unusable = outcome.Verdict is Verdict.Pass or Verdict.Fail ? null : outcome.Message,
    };
}
