using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>The acceptability of segments, turned round (RFC 9293 §3.10.7.4, first).</summary>
internal static class AcceptanceMutants
{
    private const string Table = "RFC 9293 §3.10.7.4, table 6";
    private const string Acceptable = "rfc9293/3.10.7.4/2";

    public static IEnumerable<Mutant> All =>
    [
        Of(
            "empty-at-zero-window-anywhere", Table,
            "takes an empty segment at a zero window wherever it lies", Acceptable,
            new AnywhereAtZeroWindow()),
    ];

    private static Mutant Of(
        string id, string source, string text, string requirement,
        AcceptanceDecisions decisions, params string[] neighbours) =>
        new(id, source, text, requirement)
        {
            Decisions = new() { Acceptance = decisions },
            Neighbours = neighbours,
        };

    private sealed class AnywhereAtZeroWindow : AcceptanceDecisions
    {
        public override bool IsAcceptable(Tcb tcb, in TcpHeader segment) =>
            (tcb.RcvWnd == 0 && segment.SegLen == 0) || base.IsAcceptable(tcb, in segment);
    }
}
