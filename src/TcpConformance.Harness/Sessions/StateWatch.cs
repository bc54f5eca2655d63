using TcpConformance.Harness.Judging;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>Which states and transitions sessions reach, as far as the oracle is sure: where its
/// histories differ in the state, nothing counts. Steps that fall together (FIN-WAIT-1 to
/// TIME-WAIT by one segment) are those of the shortest way through the table.</summary>
public sealed class StateWatch
{
    private readonly Dictionary<SocketPair, TcpState> _last = [];
    private readonly Dictionary<TcpState, long> _states = [];
    private readonly Dictionary<(TcpState From, TcpState To), long> _steps = [];

    /// <summary>How often each state was entered.</summary>
    public IReadOnlyDictionary<TcpState, long> States => _states;

    /// <summary>How often each step was made.</summary>
    public IReadOnlyDictionary<(TcpState From, TcpState To), long> Steps => _steps;

    /// <summary>Another session begins.</summary>
    public void Begin() => _last.Clear();

    /// <summary>Looks at an oracle after an event.</summary>
    public void See(Oracle oracle)
    {
        foreach (SocketPair pair in oracle.Connections)
        {
            IReadOnlyList<TcpState> now = oracle.StatesOf(pair);
            if (now.Count != 1)
            {
                continue;
            }
            TcpState last = _last.GetValueOrDefault(pair, TcpState.Closed);
            if (_last.TryAdd(pair, now[0]))
            {
                Add(_states, last);
            }
            _last[pair] = now[0];
            foreach (StateTransition step in StateTransitions.Path(last, now[0]))
            {
                Add(_states, step.To);
                Add(_steps, (step.From, step.To));
            }
        }
    }

    private static void Add<T>(Dictionary<T, long> counts, T what)
        where T : notnull => counts[what] = counts.GetValueOrDefault(what) + 1;
}
