using TcpConformance.Engine;
using TcpConformance.Harness.Iuts;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Sessions;

/// <summary>Engines for sessions: the good one, and some with one wrong decision.</summary>
internal static class BrokenEngine
{
    private static readonly IutProfile Reference = IutProfiles.Load("reference");

    public static IIut Good(ulong seed) => new EngineIut(Reference, seed);

    /// <summary>As <c>session</c> is fuzzed: few challenge ACKs (RFC 5961 §7).</summary>
    public static IIut Limited(ulong seed) =>
        WithChallenges(seed, TcpStackOptions.UsualChallengeAckLimit);

    /// <summary>RFC 5961 §3.2, §4.2, §5.2: no challenge ACK at all.</summary>
    public static IIut NeverChallenges(ulong seed) => WithChallenges(seed, 0);

    /// <summary>RFC 6298 §5.5: the RTO stays as it is.</summary>
    public static IIut NeverBacksOff(ulong seed) =>
        With(seed, new TcpDecisions { Timer = new NoBackoff() });

    /// <summary>RFC 5681 §3.2: duplicate ACKs say nothing.</summary>
    public static IIut NeverRecovers(ulong seed) =>
        With(seed, new TcpDecisions { Congestion = new NoRecovery() });

    /// <summary>RFC 9293 §3.10.7.4, second: a RST at RCV.NXT does nothing.</summary>
    public static IIut IgnoresReset(ulong seed) =>
        With(seed, new TcpDecisions { Reset = new NoReset() });

    public static IIut Throws(ulong seed) =>
        With(seed, new TcpDecisions { Acceptance = new Thrower() });

    /// <summary>Its time stands still.</summary>
    public static IIut Still(ulong seed) => new StillIut(Good(seed));

    private static EngineIut WithChallenges(ulong seed, int limit) => new(
        Reference,
        EngineIut.OptionsFor(Reference, seed) with { ChallengeAckLimit = limit },
        seed);

    private static EngineIut With(ulong seed, TcpDecisions decisions)
    {
        TcpStackOptions o = EngineIut.OptionsFor(Reference, seed);
        return new EngineIut(
            Reference,
            new TcpStackOptions
            {
                Addresses = o.Addresses, SecretKey = o.SecretKey, Seed = o.Seed, Mtu = o.Mtu,
                Msl = o.Msl, R2 = o.R2, R2Syn = o.R2Syn, Decisions = decisions,
            },
            seed);
    }

    private sealed class NoReset : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) => Reaction.Drop;
    }

    private sealed class NoBackoff : TimerDecisions
    {
        public override TimeSpan BackOff(Tcb tcb, TimeSpan rto) => rto;
    }

    private sealed class NoRecovery : CongestionDecisions
    {
        public override bool MayEnterRecovery(Tcb tcb) => false;
    }

    private sealed class Thrower : AcceptanceDecisions
    {
        public override bool IsAcceptable(Tcb tcb, in TcpHeader segment) =>
            throw new InvalidOperationException("on purpose");
    }

    private sealed class StillIut(IIut good) : IIut
    {
        public IutProfile Profile => good.Profile;

        public bool IsVirtualTime => true;

        public TimeSpan Now => good.Now;

        public void Deliver(ReadOnlySpan<byte> packet) => good.Deliver(packet);

        public bool TryTakePacket(out IutPacket packet) => good.TryTakePacket(out packet);

        public void Call(UserCall call) => good.Call(call);

        public bool TryTakeReply(out IutReply reply) => good.TryTakeReply(out reply);

        public bool Wait(TimeSpan? until) => true;

        public void Dispose() => good.Dispose();
    }
}
