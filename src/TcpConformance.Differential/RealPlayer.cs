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
    private const int MostDeaths = 60;
    private const int Splits = 8;

    private readonly DiffIut _kind;
    private readonly int _jobs;
    private IIut _iut;
    private CaseLoop _loop;
    private bool _isFresh = true;

    public RealPlayer(DiffIut iut)
    {
        _kind = iut;
        _jobs = iut.Profile.Jobs > 0 ? iut.Profile.Jobs : Jobs;
        _iut = iut.Open(0);
        _loop = new CaseLoop(_iut, seed: 1, _jobs)
        {
            ProvesAgain = false, // hundreds at once are always late; what differs plays again
        };
    }

    public Played[] Play(IReadOnlyList<Stimulus> batch, TimeSpan tail, CancellationToken cancel)
    {
        var played = new Played?[batch.Count];
        var groups = new Stack<int[]>([[.. Enumerable.Range(0, batch.Count)]]);
        for (int deaths = 0; deaths < MostDeaths && groups.TryPop(out int[]? group);)
        {
            bool isAlone = _isFresh && group.Length == 1;
            if (TryPlay(group, batch, played, tail, cancel) is not { } death)
            {
                _isFresh = false;
                continue;
            }
            deaths++;
            Restart();
            foreach (int[] part in Parts(death, isAlone, played))
            {
                groups.Push(part);
            }
            int[] rest = [.. group.Where(i => played[i] is null).Except(death.Flying)];
            if (rest.Length > 0)
            {
                groups.Push(rest);
            }
        }
        string unplayed = cancel.IsCancellationRequested
            ? "interrupted"
            : $"the stack has died {MostDeaths} times in these {batch.Count} sessions";
        return [.. played.Select(p => p ?? new Played([]) { Unusable = unplayed })];
    }

    public void Dispose() => _iut.Dispose();

    private void Restart()
    {
        _iut.Dispose();
        _iut = _kind.Open(0);
        _loop = new CaseLoop(_iut, seed: 1, _jobs);
        _isFresh = true;
    }

    // Who was alone with it from its start has killed it; others play among fewer, until one is.
    private static IEnumerable<int[]> Parts(Lost death, bool isAlone, Played?[] played)
    {
        if (isAlone && death.Flying is [int one])
        {
            played[one] = death.Last with { Unusable = null, Death = death.Message };
            return [];
        }
        return death.Flying.Chunk(Math.Max(1, death.Flying.Count / Splits));
    }

    // What was under way when a program has died; null: all were played.
    private Lost? TryPlay(
        int[] group, IReadOnlyList<Stimulus> batch, Played?[] played, TimeSpan tail,
        CancellationToken cancel)
    {
        List<int> flying = [];
        Played last = new([]);
        try
        {
            _loop.Run(group.Select(i => Case(i, batch[i], tail)), Finished, cancel);
            return null;
        }
        catch (IutLostException e) when (_kind.Profile.Kind == IutKind.Process)
        {
            return new Lost(flying, last, e.Message);
        }

        void Finished(CaseOutcome outcome)
        {
            int i = int.Parse(outcome.Case.Id.AsSpan(outcome.Case.Id.LastIndexOf('/') + 1));
            if (outcome.IsLost)
            {
                flying.Add(i);
                last = Of(outcome);
            }
            else
            {
                played[i] = Of(outcome);
            }
        }
    }

    private sealed record Lost(IReadOnlyList<int> Flying, Played Last, string Message);

    private static TestCase Case(int i, Stimulus stimulus, TimeSpan tail) =>
        SessionCase.Of($"diff/{i}", SettledSession.Of(stimulus.Session), tail);

    private static Played Of(CaseOutcome outcome) => new(outcome.Trace)
    {
        Violation = outcome.Violations.Count > 0 ? outcome.Violations[0] : null,
        Unusable = outcome.Verdict is Verdict.Pass or Verdict.Fail ? null : outcome.Message,
    };
}
