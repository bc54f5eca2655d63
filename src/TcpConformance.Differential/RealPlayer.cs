using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Differential;

/// <summary>Plays sessions in real time, hundreds side by side on one IUT, each on a pair of
/// sockets of its own.</summary>
internal sealed class RealPlayer : IPlayer
{
    private const int Jobs = 700;
    private const int MostDeaths = 5;

    private readonly DiffIut _kind;
    private readonly int _jobs;
    private IIut _iut;
    private CaseLoop _loop;

    public RealPlayer(DiffIut iut)
    {
        _kind = iut;
        _jobs = iut.Profile.Jobs > 0 ? iut.Profile.Jobs : Jobs;
        _iut = iut.Open(0);
        _loop = new CaseLoop(_iut, seed: 1, _jobs);
    }

    public Played[] Play(IReadOnlyList<Stimulus> batch, TimeSpan tail, CancellationToken cancel)
    {
        var played = new Played?[batch.Count];
        int deaths = 0;
        while (!TryPlay(batch, played, tail, goesOn: deaths < MostDeaths, cancel))
        {
            deaths++;
            _iut.Dispose();
            _iut = _kind.Open(0);
            _loop = new CaseLoop(_iut, seed: 1, _jobs);
        }
        return [.. played.Select(p => p ?? new Played([]) { Unusable = "interrupted" })];
    }

    public void Dispose() => _iut.Dispose();

    // False: a program has died, and there is more to play.
    private bool TryPlay(
        IReadOnlyList<Stimulus> batch, Played?[] played, TimeSpan tail, bool goesOn,
        CancellationToken cancel)
    {
        int[] left = [.. Enumerable.Range(0, batch.Count).Where(i => played[i] is null)];
        List<int> flying = [];
        try
        {
            _loop.Run(left.Select(i => Case(i, batch[i], tail)), Finished, cancel);
            return true;
        }
        catch (IutLostException) when (goesOn && _kind.Profile.Kind == IutKind.Process)
        {
            if (flying.Count == 1)
            {
                played[flying[0]] = played[flying[0]]! with { Unusable = null, Death = "dies" };
            }
            return false;
        }

        void Finished(CaseOutcome outcome)
        {
            int i = int.Parse(outcome.Case.Id.AsSpan(outcome.Case.Id.LastIndexOf('/') + 1));
            played[i] = Of(outcome);
            if (outcome.IsLost)
            {
                flying.Add(i);
            }
        }
    }

    private static TestCase Case(int i, Stimulus stimulus, TimeSpan tail) =>
        SessionCase.Of($"diff/{i}", SettledSession.Of(stimulus.Session), tail);

    private static Played Of(CaseOutcome outcome) => new(outcome.Trace)
    {
        Violation = outcome.Violations.Count > 0 ? outcome.Violations[0] : null,
        Unusable = outcome.Verdict is Verdict.Pass or Verdict.Fail ? null : outcome.Message,
    };
}
