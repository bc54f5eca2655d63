using TcpConformance.Harness.Lower;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Scenes;

/// <content>TIME-WAIT and CLOSED, and the table of all ways.</content>
public static partial class Preambles
{
    /// <summary>Every way to every state, for generated cases. The opening is chosen by the
    /// options, except where the name says it.</summary>
    public static IReadOnlyList<PreamblePath> All { get; } =
    [
        new("closed", SceneState.Closed, (c, o) => c.Closed(o)),
        new("closed-after-reset", SceneState.Closed, (c, o) => c.ClosedAfterReset(o)),
        new("closed-after-close", SceneState.Closed, (c, o) => c.ClosedAfterClose(o)),
        new("listen", SceneState.Listen, (c, o) => c.Listen(o)),
        new("syn-sent", SceneState.SynSent, (c, o) => c.SynSent(o)),
        new("syn-received", SceneState.SynReceived,
            (c, o) => c.SynReceived(o with { Opening = Opening.Passive })),
        new("syn-received-simultaneous", SceneState.SynReceived,
            (c, o) => c.SynReceived(o with { Opening = Opening.Simultaneous })),
        new("established", SceneState.Established,
            (c, o) => c.Established(o with { Opening = Opening.Passive })),
        new("established-active", SceneState.Established,
            (c, o) => c.Established(o with { Opening = Opening.Active })),
        new("established-simultaneous", SceneState.Established,
            (c, o) => c.Established(o with { Opening = Opening.Simultaneous })),
        new("fin-wait-1", SceneState.FinWait1, (c, o) => c.FinWait1(o)),
        new("fin-wait-2", SceneState.FinWait2, (c, o) => c.FinWait2(o)),
        new("close-wait", SceneState.CloseWait, (c, o) => c.CloseWait(o)),
        new("closing", SceneState.Closing, (c, o) => c.Closing(o)),
        new("last-ack", SceneState.LastAck, (c, o) => c.LastAck(o)),
        new("time-wait", SceneState.TimeWait, (c, o) => c.TimeWait(o)),
        new("time-wait-via-closing", SceneState.TimeWait, (c, o) => c.TimeWaitViaClosing(o)),
        new("time-wait-via-fin-wait-1", SceneState.TimeWait,
            (c, o) => c.TimeWaitViaFinWait1(o)),
    ];

    /// <summary>CLOSED: the peer talks to a port where nobody has ever listened.</summary>
    public static Task<Scene> Closed(this CaseContext ctx, SceneOptions? options = null) =>
        Task.FromResult(new Scene(
            SceneState.Closed, ctx.NewPeer((options ?? new SceneOptions()).Peer), null, null));

    /// <summary>CLOSED after the tester has reset an established connection. A listening
    /// socket that it came from is closed as well.</summary>
    public static async Task<Scene> ClosedAfterReset(
        this CaseContext ctx, SceneOptions? options = null)
    {
        using (ctx.Preamble())
        {
            Scene s = await ctx.Established(options);
            await StopListening(s);
            s.Peer.SendRst();
            await ctx.Delay(ctx.Times.AtOnce);
            return s with { State = SceneState.Closed };
        }
    }

    /// <summary>CLOSED after LAST-ACK. A listening socket is closed as well.</summary>
    public static async Task<Scene> ClosedAfterClose(
        this CaseContext ctx, SceneOptions? options = null)
    {
        using (ctx.Preamble())
        {
            Scene s = await ctx.LastAck(options);
            await StopListening(s);
            s.Peer.SendAck();
            await ctx.Delay(ctx.Times.AtOnce);
            return s with { State = SceneState.Closed };
        }
    }

    /// <summary>TIME-WAIT from FIN-WAIT-2; the tester's FIN has been acknowledged.</summary>
    public static async Task<Scene> TimeWait(this CaseContext ctx, SceneOptions? options = null)
    {
        using (ctx.Preamble())
        {
            Scene s = await ctx.FinWait2(options);
            s.Peer.SendFin();
            await FinAcknowledged(ctx, s.Peer);
            return s with { State = SceneState.TimeWait };
        }
    }

    /// <summary>TIME-WAIT from CLOSING: FINs crossed, then the IUT's was acknowledged.</summary>
    public static async Task<Scene> TimeWaitViaClosing(
        this CaseContext ctx, SceneOptions? options = null)
    {
        using (ctx.Preamble())
        {
            Scene s = await ctx.Closing(options);
            s.Peer.SendAck();
            return s with { State = SceneState.TimeWait };
        }
    }

    /// <summary>TIME-WAIT from FIN-WAIT-1: one segment has both FIN and the ACK of the IUT's.
    /// </summary>
    public static async Task<Scene> TimeWaitViaFinWait1(
        this CaseContext ctx, SceneOptions? options = null)
    {
        using (ctx.Preamble())
        {
            Scene s = await ctx.FinWait1(options);
            s.Peer.Send(TcpFlags.Fin | TcpFlags.Ack);
            await FinAcknowledged(ctx, s.Peer);
            return s with { State = SceneState.TimeWait };
        }
    }

    private static async Task StopListening(Scene s)
    {
        if (s.Listener is { } listener)
        {
            await listener.Stop();
        }
    }
}
