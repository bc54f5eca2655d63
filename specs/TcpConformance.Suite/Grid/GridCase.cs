using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Grid;

/// <summary>Runs one cell: the state is reached, the segment sent, and what the IUT does then and
/// afterwards is left to the oracle, who knows what the RFC allows.</summary>
internal static class GridCase
{
    private const int TextOctets = 10;

    // Further than any window that a profile allows.
    private const uint Far = 1u << 30;

    public static TestCase Make(GridCell cell) => new(
        cell.Id, GridPurpose.Of(cell), ctx => Run(ctx, cell))
    {
        Requirements = GridPurpose.Requirements(cell),
        Needs = NeedsTimestamps(cell) ? Claims.Timestamps : Claims.None,
    };

    private static bool IutOpens(PreamblePath path) => path.State == SceneState.SynSent
        || path.Name.EndsWith("-simultaneous", StringComparison.Ordinal)
        || path.Name.EndsWith("-active", StringComparison.Ordinal);

    private static bool NeedsTimestamps(GridCell cell) =>
        cell.Options is OptionsOf.OldTimestamp or OptionsOf.NoTimestamp;

    private static async Task Run(CaseContext ctx, GridCell cell)
    {
        Scene scene = await cell.Path.Reach(ctx, new SceneOptions
        {
            Peer = new PeerOptions
            {
                Timestamps = NeedsTimestamps(cell),
                // Where the IUT sends the first SYN the peer agrees to scale: what happens when it
                // doesn't is a case of its own.
                WindowScale = IutOpens(cell.Path) ? (byte)2 : null,
            },
        });
        Peer peer = scene.Peer;
        ctx.Note($"stimulus: {cell.Id}");
        SeqNumber before = peer.SndNxt;
        SeqNumber ack = ProbeAck(peer, cell.State);
        SendStimulus(peer, cell);
        await peer.Drain(ctx.Times.AtOnce);
        if (scene.Connection is { } user && SendsText(cell.State))
        {
            // Whatever the segment was, what the user sends must go by the rules.
            Start(user);
            await peer.Drain(ctx.Times.AtOnce);
        }
        await Probe(ctx, peer, before - 2u, ack);
    }

    private static void Start(IutConnection user) => _ = user.Send(new byte[TextOctets]);

    private static bool SendsText(SceneState state) =>
        state is SceneState.Established or SceneState.CloseWait;

    private static void SendStimulus(Peer peer, GridCell cell)
    {
        TcpFlags flags = FlagsOf(cell.Stimulus);
        if (cell.Ack != AckPosition.Absent)
        {
            flags |= TcpFlags.Ack;
        }
        Segment segment = peer.Make(
            flags, SeqOf(peer, cell.Seq), AckOf(peer, cell.Ack), TextOf(cell.Stimulus));
        segment = segment with { UrgentPointer = flags.Has(TcpFlags.Urg) ? (ushort)5 : (ushort)0 };
        if (cell.ZeroWindow)
        {
            segment = segment with { Window = 0 };
        }
        peer.SendRaw(WithOptions(peer, segment, cell.Options));
    }

    private static Segment WithOptions(Peer peer, Segment segment, OptionsOf options) =>
        options switch
        {
            OptionsOf.Agreed => segment,
            OptionsOf.NoTimestamp => segment with { Options = default },
            OptionsOf.OldTimestamp => segment with
            {
                Options = OptionBytes.Timestamps(
                    (new SeqNumber(peer.TsClock) - Far).Value, peer.TsRecent),
            },
            OptionsOf.UnagreedTimestamp => segment with
            {
                Options = OptionBytes.Timestamps(peer.TsClock, 0),
            },
            OptionsOf.Unknown => segment with
            {
                Options = OptionBytes.Unknown(200, [1, 2, 3]),
            },
            OptionsOf.Mss => segment with { Options = OptionBytes.Mss(100) },
        };

    private static TcpFlags FlagsOf(Stimulus stimulus) => stimulus switch
    {
        Stimulus.Nothing or Stimulus.Bare or Stimulus.Text => TcpFlags.None,
        Stimulus.UrgentText => TcpFlags.Urg | TcpFlags.Psh,
        Stimulus.Reset or Stimulus.ResetWithText => TcpFlags.Rst,
        Stimulus.Syn => TcpFlags.Syn,
        Stimulus.Fin or Stimulus.TextFin => TcpFlags.Fin,
        Stimulus.SynFin => TcpFlags.Syn | TcpFlags.Fin,
        Stimulus.SynReset => TcpFlags.Syn | TcpFlags.Rst,
        Stimulus.Everything => TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Psh
            | TcpFlags.Urg,
    };

    private static byte[] TextOf(Stimulus stimulus) => stimulus
        is Stimulus.Text or Stimulus.UrgentText or Stimulus.TextFin or Stimulus.ResetWithText
        ? Octets.Pattern(TextOctets)
        : [];

    private static SeqNumber SeqOf(Peer peer, SeqPosition seq)
    {
        uint window = peer.SndWnd;
        return seq switch
        {
            SeqPosition.Exact => peer.SndNxt,
            SeqPosition.JustLeft => peer.SndNxt - 1u,
            SeqPosition.FarLeft => peer.SndNxt - Far,
            SeqPosition.Inside => peer.SndNxt + 100u,
            SeqPosition.LastInside => peer.SndUna + (window - 1u),
            SeqPosition.RightEdge => peer.SndUna + window,
            SeqPosition.FarRight => peer.SndNxt + Far,
        };
    }

    private static SeqNumber AckOf(Peer peer, AckPosition ack) => ack switch
    {
        AckPosition.Absent => new SeqNumber(0),
        AckPosition.Next => peer.RcvNxt,
        AckPosition.Old => peer.Irs,
        AckPosition.Ancient => peer.RcvNxt - Far,
        AckPosition.JustAbove => peer.RcvNxt + 1u,
        AckPosition.FarAbove => peer.RcvNxt + Far,
    };

    // A segment that every state answers, so that the oracle sees where the IUT stands: outside
    // the window of a connection, and an ACK for a host without one. It carries an octet, since
    // erroneous TCPs answer nothing else (RFC 9293 §3.8.4): the cell asks for other things. One
    // more lies between it and RCV.NXT, where some think the window begins.
    private static async Task Probe(CaseContext ctx, Peer peer, SeqNumber seq, SeqNumber ack)
    {
        peer.Send(TcpFlags.Ack, seq: seq, ack: ack, text: Octets.Pattern(1), advance: false);
        await peer.ExpectEventually(
            s => s.Has(TcpFlags.Ack) || s.Has(TcpFlags.Rst), ctx.Times.AtOnce,
            "rfc9293/3.5.2/7", "the IUT answers a segment that no state accepts");
        await peer.Drain(ctx.Times.Acknowledgment);
    }

    // In a synchronized state what the peer has acknowledged before: who mistakes the segment for
    // another learns nothing from it. Else what no ISN is acknowledged by.
    private static SeqNumber ProbeAck(Peer peer, SceneState state) => state switch
    {
        SceneState.Established or SceneState.CloseWait or SceneState.FinWait2
            or SceneState.TimeWait => peer.RcvNxt,
        SceneState.FinWait1 or SceneState.Closing or SceneState.LastAck => peer.RcvNxt - 1u,
        SceneState.Closed or SceneState.Listen or SceneState.SynSent
            or SceneState.SynReceived =>
            peer.IutSyn is null ? new SeqNumber(12345) : peer.RcvNxt + (Far / 2),
    };
}
