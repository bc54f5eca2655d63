using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Windows, Nagle and silly-window avoidance, turned round.</summary>
internal static class WindowMutants
{
    public static IEnumerable<Mutant> All =>
    [
        Of(
            "window-signed", "RFC 9293 §3.1 (MUST-1)",
            "reads a window above 32767 as negative, and so as zero",
            "rfc9293/MUST-1", new Signed(),
            "rfc9293/REC-1", "rfc9293/SHLD-28"),
        Of(
            "syn-window-scaled", "RFC 7323 §2.2",
            "scales the window of a SYN",
            "rfc7323/2.2/8", new SynScaled(),
            "rfc5681/2/1", "rfc9293/3.8.6/1"),
        Of(
            "peer-window-not-scaled", "RFC 7323 §2.3",
            "does not scale the windows of its peer",
            "rfc7323/2.3/4", new NotScaled(),
            "rfc7323/2.3/3"),
        Of(
            "own-window-scaled-twice", "RFC 7323 §2.3",
            "shifts its own window twice, and so offers less than it has offered",
            "rfc7323/2.3/5", new ScaledTwice(),
            "rfc7323/2.3/2", "rfc7323/2.3/3", "rfc9293/SHLD-14", "rfc9293/3.10.7.4/49") with
        {
            Values = o => o with { ReceiveBuffer = 1 << 20 },
        },
        Of(
            "window-from-old-segment", "RFC 9293 §3.10.7.4, fifth",
            "takes the window from a segment older than the last one it took it from",
            "rfc9293/3.10.7.4/35", new FromOld(),
            "rfc9293/3.4/4",
            "rfc9293/SHLD-15"),
        Of(
            "window-never-updated", "RFC 9293 §3.10.7.4, fifth",
            "keeps the window of the handshake",
            "rfc9293/3.10.7.4/34", new NeverUpdated(),
            "rfc9293/3.8.6/1", "rfc5681/2/1", "rfc9293/MUST-34", "rfc9293/MUST-36"),
        Of(
            "window-only-with-new-text", "RFC 9293 §3.10.7.4, fifth",
            "takes the window only from a segment with a higher sequence number",
            "rfc9293/3.10.7.4/34", new OnlyNewSeq(),
            "rfc9293/3.10.7.4/35", "rfc5681/2/1", "rfc9293/3.8.6/1", "rfc9293/MUST-34",
            "rfc9293/MUST-36"),
        Of(
            "right-edge-moves-back", "RFC 9293 §3.8.6 (SHLD-14)",
            "takes back part of the window that it has offered while text waits to be read",
            "rfc9293/SHLD-14", new MovesBack(),
            "rfc9293/3.10.7.4/49"),
        Of(
            "silly-window-offered", "RFC 9293 §3.8.6.2.2 (MUST-39)",
            "offers every octet of room at once",
            "rfc9293/MUST-39", new SillyOffer(),
            "rfc9293/3.8.6.2.2/1"),
        Of(
            "window-stays-closed", "RFC 9293 §3.8.6.2.2",
            "never opens its window again once it was zero",
            "rfc9293/3.8.6.2.2/1", new StaysClosed(),
            "rfc9293/3.8.6.1/2", "rfc9293/3.8.6/2"),
        Of(
            "nagle-missing", "RFC 9293 §3.7.4 (SHLD-7)",
            "does not hold back small segments",
            "rfc9293/SHLD-7", new NagleMissing(),
            "rfc9293/MUST-38", "rfc9293/3.8.6.2.1/1"),
        Of(
            "nagle-for-ever", "RFC 9293 §3.7.4 (MUST-17)",
            "goes on with the Nagle algorithm when the user has switched it off",
            "rfc9293/MUST-17", new NagleForEver()),
        Of(
            "silly-window-filled", "RFC 9293 §3.8.6.2.1 (MUST-38)",
            "sends as soon as the window takes a single octet",
            "rfc9293/MUST-38", new SillySend(),
            "rfc9293/3.8.6.2.1/1", "rfc9293/SHLD-7"),
        Of(
            "small-segments-held-for-ever", "RFC 9293 §3.9.1.2 (MUST-60)",
            "waits for a full segment however long that takes",
            "rfc9293/MUST-60", new HeldForEver(),
            "rfc9293/3.8.6.2.1/1", "rfc9293/3.10.2/4", "rfc9293/3.6/1", "rfc9293/3.4/1",
            "rfc9293/3.9.1.2/3"),
        Of(
            "override-timeout-missing", "RFC 9293 §3.8.6.2.1",
            "never overrides its avoidance of silly windows",
            "rfc9293/3.8.6.2.1/2", new NoOverride(),
            "rfc9293/3.8.6.2.1/1", "rfc9293/MUST-60"),
        Of(
            "window-used-twice", "RFC 9293 §3.8.6",
            "does not count what is outstanding against the window",
            "rfc9293/3.8.6/1", new UsedTwice(),
            "rfc5681/2/1", "rfc7323/2.4/4"),
    ];

    private static Mutant Of(
        string id, string source, string text, string requirement,
        WindowDecisions decisions, params string[] neighbours) =>
        new(id, source, text, requirement)
        {
            Decisions = new() { Window = decisions },
            Neighbours = neighbours,
        };

    private sealed class Signed : WindowDecisions
    {
        public override uint Offered(Tcb tcb, in TcpHeader segment) =>
            segment.Window > short.MaxValue ? 0 : base.Offered(tcb, in segment);
    }

    private sealed class SynScaled : WindowDecisions
    {
        public override uint Offered(Tcb tcb, in TcpHeader segment) =>
            (uint)segment.Window << (segment.Has(TcpFlags.Syn)
                && segment.Options.Has(TcpOptionSet.WindowScale)
                    ? segment.Options.WindowScale
                    : tcb.SndWindShift);
    }

    private sealed class NotScaled : WindowDecisions
    {
        public override uint Offered(Tcb tcb, in TcpHeader segment) => segment.Window;
    }

    private sealed class ScaledTwice : WindowDecisions
    {
        public override ushort Field(Tcb tcb, uint octets, bool syn) =>
            base.Field(tcb, syn ? octets : octets >> tcb.RcvWindShift, syn);
    }

    private sealed class FromOld : WindowDecisions
    {
        public override bool TakesWindow(Tcb tcb, in TcpHeader segment) => true;
    }

    private sealed class NeverUpdated : WindowDecisions
    {
        public override bool TakesWindow(Tcb tcb, in TcpHeader segment) => false;
    }

    private sealed class OnlyNewSeq : WindowDecisions
    {
        public override bool TakesWindow(Tcb tcb, in TcpHeader segment) =>
            tcb.SndWl1 < segment.Seq;
    }

    private sealed class MovesBack : WindowDecisions
    {
        public override SeqNumber RightEdge(Tcb tcb) => tcb.RcvUser > 0
            ? tcb.RcvNxt + ((tcb.RcvBuff - Math.Min(tcb.RcvBuff, tcb.RcvUser)) / 2)
            : base.RightEdge(tcb);
    }

    private sealed class SillyOffer : WindowDecisions
    {
        public override SeqNumber RightEdge(Tcb tcb) => SeqNumber.Max(
            tcb.RcvNxt + (tcb.RcvBuff - Math.Min(tcb.RcvBuff, tcb.RcvUser)), tcb.RcvTarget);

        public override bool OwesUpdate(Tcb tcb) => RightEdge(tcb) > tcb.RcvTarget;
    }

    private sealed class StaysClosed : WindowDecisions
    {
        public override SeqNumber RightEdge(Tcb tcb) =>
            tcb.RcvWnd == 0 && tcb.RcvTarget <= tcb.RcvNxt ? tcb.RcvNxt : base.RightEdge(tcb);
    }

    private sealed class NagleMissing : WindowDecisions
    {
        public override bool HoldsBack(Tcb tcb) => false;
    }

    private sealed class NagleForEver : WindowDecisions
    {
        public override bool HoldsBack(Tcb tcb) => tcb.SndUna != tcb.SndNxt;
    }

    private sealed class SillySend : WindowDecisions
    {
        public override bool MaySend(Tcb tcb, int queued, int room, int mss, bool forced) =>
            Math.Min(queued, room) > 0;
    }

    private sealed class HeldForEver : WindowDecisions
    {
        public override bool MaySend(Tcb tcb, int queued, int room, int mss, bool forced) =>
            Math.Min(queued, room) >= mss;
    }

    private sealed class NoOverride : WindowDecisions
    {
        public override bool MaySend(Tcb tcb, int queued, int room, int mss, bool forced) =>
            base.MaySend(tcb, queued, room, mss, false);
    }

    private sealed class UsedTwice : WindowDecisions
    {
        public override int UsableWindow(Tcb tcb) => (int)Math.Min(tcb.SndWnd, int.MaxValue);
    }
}
