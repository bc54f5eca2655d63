using TcpConformance.Harness;
using TcpConformance.Harness.Scenes;

namespace TcpConformance.Suite.Resets;

/// <summary>A synchronized state and how to get there.</summary>
/// <param name="Name">Fit for a case id.</param>
/// <param name="Reach">The preamble.</param>
internal sealed record SynchronizedState(
    string Name, Func<CaseContext, SceneOptions?, Task<Scene>> Reach)
{
    /// <summary>All but SYN-RECEIVED, whose rules differ.</summary>
    public static IReadOnlyList<SynchronizedState> All { get; } =
    [
        new("established", (c, o) => c.Established(o)),
        new("fin-wait-1", (c, o) => c.FinWait1(o)),
        new("fin-wait-2", (c, o) => c.FinWait2(o)),
        new("close-wait", (c, o) => c.CloseWait(o)),
        new("closing", (c, o) => c.Closing(o)),
        new("last-ack", (c, o) => c.LastAck(o)),
        new("time-wait", (c, o) => c.TimeWait(o)),
    ];

    /// <summary>Those in which the user still has something to lose.</summary>
    public static IEnumerable<SynchronizedState> WithUser => All.Take(4);
}
