using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Timers;

/// <summary>RFC 6298 §2 and §3: what the RTO is made of, computed beside the IUT from the round
/// trips that the tester gives it.</summary>
internal static class RoundTrips
{
    private const string FirstRule = "rfc6298/2/3";
    private const string LaterRule = "rfc6298/2/4";

    // Round trips as shares of the first RTO; the first is that of the handshake. All of them are
    // shorter than the RTO that they lead to.
    private static readonly double[] Varying = [0.75, 0.4, 0.8, 0.4, 0.8, 0.4, 0.8];
    private static readonly double[] Growing = [0.25, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9];

    public static IEnumerable<TestCase> Cases =>
    [
        First("without-timestamps", new PeerOptions()),
        First("with-timestamps", new PeerOptions { Timestamps = true })
            .IfClaimed(Claims.Timestamps),
        new TestCase(
            "rfc6298/2/first-round-trip/active",
            "Ensure that the RTO after an active OPEN is at least three times the round trip of "
            + "the SYN.",
            FirstOfActive).Judges(FirstRule, "rfc6298/3/1"),
        Later("varying/without-timestamps", new PeerOptions(), Varying),
        Later("varying/with-timestamps", new PeerOptions { Timestamps = true }, Varying)
            .IfClaimed(Claims.Timestamps),
        Later("growing/without-timestamps", new PeerOptions(), Growing),
        Later("growing/with-timestamps", new PeerOptions { Timestamps = true }, Growing)
            .IfClaimed(Claims.Timestamps),
    ];

    private static TestCase First(string name, PeerOptions options) => new TestCase(
        $"rfc6298/2/first-round-trip/{name}",
        "Ensure that the RTO after the handshake is at least three times its round trip.",
        ctx => FirstOfPassive(ctx, options)).Judges(FirstRule, "rfc6298/3/1");

    private static TestCase Later(
        string name, PeerOptions options, double[] shares) => new TestCase(
            $"rfc6298/2/later-round-trips/{name}",
            "Ensure that the RTO follows later round trips as SRTT and RTTVAR do.",
            ctx => Follows(ctx, options, shares)).Judges(LaterRule, FirstRule);

    private static async Task FirstOfPassive(CaseContext ctx, PeerOptions options)
    {
        (Scene s, Estimate estimate) = await Opened(ctx, options, 0.75);
        await Judge(ctx, s, estimate, FirstRule);
    }

    private static async Task FirstOfActive(CaseContext ctx)
    {
        Scene half = await ctx.SynSent();
        TimeSpan rtt = ctx.Ixit.RtoInitial * 0.75;
        await ctx.DelayUntil(half.Peer.IutSyn!.At + rtt);
        half.Peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: half.Peer.Iss);
        Estimate estimate = new Estimate(ctx.Ixit).After(ctx.Now - half.Peer.IutSyn!.At);
        await half.Peer.Expect(
            a => a.IsBareAck, ctx.Times.Acknowledgment, "rfc9293/3.10.7.3/6",
            "the SYN,ACK is acknowledged");
        await Judge(ctx, half with { State = SceneState.Established }, estimate, FirstRule);
    }

    private static async Task Follows(CaseContext ctx, PeerOptions options, double[] shares)
    {
        (Scene s, Estimate estimate) = await Opened(ctx, options, shares[0]);
        foreach (double share in shares.Skip(1))
        {
            await s.User.Send(100);
            ReceivedSegment sent = await s.Peer.Expect(
                r => r.TextLength == 100, ctx.Times.AtOnce, "rfc9293/MUST-60", "text goes out");
            await ctx.DelayUntil(sent.At + (ctx.Ixit.RtoInitial * share));
            s.Peer.SendAck();
            estimate = estimate.After(ctx.Now - sent.At);
            await ctx.Delay(ctx.Times.AtOnce);
            s.Peer.TakeUnread(); // a probe of the tail (RFC 8985 §7)
        }
        await Judge(ctx, s, estimate, LaterRule);
    }

    // The tester answers the SYN,ACK late, but before it is sent again.
    private static async Task<(Scene Scene, Estimate Estimate)> Opened(
        CaseContext ctx, PeerOptions options, double share)
    {
        Scene half = await ctx.SynReceived(new SceneOptions { Peer = options });
        TimeSpan sent = half.Peer.IutSyn!.At;
        await ctx.DelayUntil(sent + (ctx.Ixit.RtoInitial * share));
        half.Peer.SendAck();
        Estimate estimate = new Estimate(ctx.Ixit).After(ctx.Now - sent);
        return (await ctx.Accepted(half), estimate);
    }

    // A tenth above what the formulas give is left for how a stack rounds.
    private static async Task Judge(
        CaseContext ctx, Scene s, Estimate estimate, string requirement)
    {
        await s.User.Send(100);
        ReceivedSegment sent = await s.Peer.Expect(
            r => r.TextLength == 100, ctx.Times.AtOnce, "rfc9293/MUST-60", "text goes out");
        ReceivedSegment again = await s.Peer.ExpectEventually(
            r => r.Seq == sent.Seq && r.TextLength > 0, ctx.Times.Timer(estimate.Rto * 1.1),
            requirement, $"text is sent again after an RTO of {estimate.Rto.TotalSeconds:0.00} s");
        // A probe of the tail comes after two round trips.
        TimeSpan least = ctx.Claims(Claims.RackTlp) ? estimate.Srtt * 1.5 : estimate.Rto;
        TimeSpan passed = again.At - sent.At;
        ctx.Assert(
            passed + ctx.Ixit.TimerGranularity + (ctx.Times.AtOnce * 2) >= least, requirement,
            $"text was to be sent again after {least.TotalSeconds:0.00} s at the earliest, with "
            + $"SRTT {estimate.Srtt.TotalSeconds:0.00} s; it was after "
            + $"{passed.TotalSeconds:0.00} s");
        s.Peer.SendAck();
    }

    /// <summary>SRTT and RTTVAR (RFC 6298 §2.2, §2.3) with the gains of the RFC.</summary>
    private sealed record Estimate(Ixit Ixit)
    {
        public TimeSpan Srtt { get; private init; }

        private TimeSpan Variation { get; init; }

        public TimeSpan Rto
        {
            get
            {
                TimeSpan rto = Srtt + (Variation * 4);
                return rto < Ixit.RtoMin ? Ixit.RtoMin : rto;
            }
        }

        public Estimate After(TimeSpan rtt) => Srtt == TimeSpan.Zero
            ? this with { Srtt = rtt, Variation = rtt / 2 }
            : this with
            {
                Variation = (Variation * 0.75) + ((Srtt - rtt).Duration() * 0.25),
                Srtt = (Srtt * 0.875) + (rtt * 0.125),
            };
    }
}
