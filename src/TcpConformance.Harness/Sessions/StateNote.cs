using TcpConformance.Harness.Judging;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>What stands in a trace where a step of a session begins.</summary>
internal static class StateNote
{
    /// <summary>The note.</summary>
    /// <param name="now">Since the start of the session.</param>
    /// <param name="step">The step that begins.</param>
    /// <param name="oracle">Knows the states.</param>
    /// <param name="pair">The connection that the step is about, if there is one.</param>
    public static TraceEntry Of(
        TimeSpan now, SessionStep step, Oracle oracle, SocketPair? pair) =>
        new(now, TraceKind.Note, null, step.ToString()!, pair?.ToString())
        {
            States = pair is SocketPair p
                ? string.Join(" or ", oracle.StatesOf(p).Distinct().Order().Select(s => s.ToText()))
                : "",
        };
}
