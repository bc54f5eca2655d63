using TcpConformance.Harness.Cases;
using TcpConformance.Suite.Congestion;
using TcpConformance.Suite.Data;
using TcpConformance.Suite.Options;
using TcpConformance.Suite.Resilience;
using TcpConformance.Suite.Timers;
using TcpConformance.Suite.Walkthrough;
using TcpConformance.Suite.Window;

namespace TcpConformance.Suite;

/// <summary>The stories about text on its way: delivery, acknowledgments, windows, timers,
/// congestion, options. Each group stands in a file of its own.</summary>
public static class DataTransfer
{
    /// <summary>Group name and its cases.</summary>
    public static IReadOnlyList<(string Name, IEnumerable<TestCase> Cases)> Groups { get; } =
    [
        ("order", Order.Cases),
        ("damage", Damage.Cases),
        ("acknowledging", Acknowledging.Cases),
        ("sending", Sending.Cases),
        ("send-window", SendWindow.Cases),
        ("zero-window", ZeroWindow.Cases),
        ("receive-window", ReceiveWindow.Cases),
        ("retransmission", Retransmission.Cases),
        ("round-trips", RoundTrips.Cases),
        ("keep-alives", KeepAlives.Cases),
        ("urgent", UrgentText.Cases),
        ("mss", Mss.Cases),
        ("option-forms", OptionForms.Cases),
        ("scaling", Scaling.Cases),
        ("timestamps", Timestamps.Cases),
        ("timestamp-lives", TimestampLife.Cases),
        ("sacks", Sacks.Cases),
        ("congestion", Control.Cases),
        ("survival", Survival.Cases),
        ("pitfalls", Pitfalls.Cases),
        ("walkthrough-text", TextWalk.Cases),
        ("walkthrough-header", HeaderWalk.Cases),
        ("walkthrough-flow", FlowWalk.Cases),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<TestCase> Cases => Groups.SelectMany(g => g.Cases);
}
