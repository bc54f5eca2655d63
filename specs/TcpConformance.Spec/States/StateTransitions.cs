namespace TcpConformance.Spec.States;

/// <summary>A step from one state to another.</summary>
/// <param name="From">The state before.</param>
/// <param name="To">The state after, another one.</param>
/// <param name="Events">What may bring it about.</param>
public sealed record StateTransition(
    TcpState From, TcpState To, IReadOnlyList<StateEvent> Events);

/// <summary>All steps that <see cref="StateTable"/> has, for diagrams and for coverage.</summary>
public static class StateTransitions
{
    /// <summary>In the order of the states.</summary>
    public static IReadOnlyList<StateTransition> All { get; } = [.. Read()];

    /// <summary>The fewest steps from one state to another; the first ones in the table's order
    /// where several are as few. Empty: it is the same state, or no way leads there.</summary>
    public static IReadOnlyList<StateTransition> Path(TcpState from, TcpState to)
    {
        Dictionary<TcpState, StateTransition> cameBy = [];
        Queue<TcpState> open = new([from]);
        while (open.TryDequeue(out TcpState state) && state != to)
        {
            foreach (StateTransition step in All)
            {
                if (step.From == state && step.To != from && cameBy.TryAdd(step.To, step))
                {
                    open.Enqueue(step.To);
                }
            }
        }
        List<StateTransition> path = [];
        TcpState at = to;
        while (at != from)
        {
            if (!cameBy.TryGetValue(at, out StateTransition? step))
            {
                return [];
            }
            path.Insert(0, step);
            at = step.From;
        }
        return path;
    }

    private static IEnumerable<StateTransition> Read() =>
        from @from in Enum.GetValues<TcpState>()
        from to in Enum.GetValues<TcpState>()
        where @from != to
        let events = Enum.GetValues<StateEvent>().Where(e =>
            StateTable.Next(@from, e, false) == to || StateTable.Next(@from, e, true) == to)
            .ToArray()
        where events.Length > 0
        select new StateTransition(@from, to, events);
}
