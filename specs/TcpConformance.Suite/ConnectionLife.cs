using TcpConformance.Harness.Cases;
using TcpConformance.Suite.Addressing;
using TcpConformance.Suite.Calls;
using TcpConformance.Suite.Closing;
using TcpConformance.Suite.Openings;
using TcpConformance.Suite.Resets;
using TcpConformance.Suite.TimeWaits;
using TcpConformance.Suite.Walkthrough;

namespace TcpConformance.Suite;

/// <summary>The life of a connection: opening, resets, user calls, closing, TIME-WAIT, and what
/// stands around it.</summary>
public static class ConnectionLife
{
    /// <summary>All cases of the group.</summary>
    public static IEnumerable<TestCase> Cases =>
    [
        .. ClosedState.Cases,
        .. ListenState.Cases,
        .. SynForms.Cases,
        .. SynSentState.Cases,
        .. SynReceivedState.Cases,
        .. SimultaneousOpen.Cases,
        .. HandshakeLosses.Cases,
        .. OldDuplicates.Cases,
        .. BlindReset.Cases,
        .. BlindSyn.Cases,
        .. ResetProcessing.Cases,
        .. OpenCalls.Cases,
        .. CloseCalls.Cases,
        .. CallsByState.Cases,
        .. Closes.Cases,
        .. FinAndText.Cases,
        .. TimeWaitState.Cases,
        .. ManyInTimeWait.Cases,
        .. InitialNumbers.Cases,
        .. IcmpErrors.Cases,
        .. Addresses.Cases,
        .. InternetLayer.Cases,
        .. HandshakeWalk.Cases,
        .. CloseWalk.Cases,
    ];
}
