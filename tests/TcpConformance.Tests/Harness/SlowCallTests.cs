using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;

namespace TcpConformance.Tests.Harness;

/// <summary>An IUT whose FIN is on the link before its user's CLOSE is done: what comes before that
/// may be kept and merged, and a case is not about that.</summary>
public sealed class SlowCallTests
{
    private static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(30);

    private static readonly string[] Ways =
        ["fin-wait-1", "fin-wait-2", "closing", "last-ack", "time-wait"];

    [Test]
    public void Preamble_CallReturnsAfterTheFin_IsWaitedFor(
        [ValueSource(nameof(Ways))] string way, [Values] bool isFull)
    {
        PreamblePath path = Preambles.All.Single(p => p.Name == way);
        CaseOutcome? outcome = null;
        using var iut = new SlowCallIut(new EngineIut(IutProfiles.Load("reference"), 1));
        var testCase = new TestCase(
            "slow-call", "Ensure that a call has returned before its state is reached.",
            async ctx =>
            {
                await path.Reach(ctx, new SceneOptions { FullClose = isFull });
                ctx.Assert(true, OldTextTwice.Outside, "it is");
            });
        new CaseLoop(iut, 1, 1).Run([testCase], o => outcome = o, CancellationToken.None);

        Assert.That(outcome!.Verdict, Is.EqualTo(Verdict.Pass), outcome.Message);
        TraceEntry[] trace = [.. outcome.Trace];
        int fin = Array.FindIndex(
            trace, t => t.Kind == TraceKind.SegmentFromIut && t.Text.Contains("FIN"));
        int returned = Array.FindIndex(trace, t => t.Kind == TraceKind.UserResult
            && t.Call!.Kind is UserCallKind.Shutdown or UserCallKind.Close);
        Assert.That(fin, Is.InRange(0, returned));
        Assert.That(
            trace[fin..returned].Select(t => t.Kind), Has.None.EqualTo(TraceKind.SegmentToIut));
    }

    private sealed class SlowCallIut(EngineIut inner) : IIut
    {
        private readonly Queue<IutReply> _held = new();
        private readonly HashSet<int> _slow = [];

        public IutProfile Profile => inner.Profile;

        public bool IsVirtualTime => true;

        public TimeSpan Now => inner.Now;

        public void Deliver(ReadOnlySpan<byte> packet) => inner.Deliver(packet);

        public bool TryTakePacket(out IutPacket packet) => inner.TryTakePacket(out packet);

        public void Call(UserCall call)
        {
            if (call.Kind is UserCallKind.Shutdown or UserCallKind.Close)
            {
                _slow.Add(call.Id);
            }
            inner.Call(call);
        }

        public bool TryTakeReply(out IutReply reply)
        {
            while (inner.TryTakeReply(out reply))
            {
                if (!_slow.Contains(reply.CallId))
                {
                    return true;
                }
                _held.Enqueue(reply);
            }
            if (_held.TryPeek(out reply) && Due(reply) <= Now)
            {
                reply = new IutReply(Now, reply.CallId, reply.Result);
                _held.Dequeue();
                return true;
            }
            return false;
        }

        public bool Wait(TimeSpan? until)
        {
            TimeSpan? soonest = _held.TryPeek(out IutReply first)
                && (until is null || Due(first) < until) ? Due(first) : until;
            return inner.Wait(soonest);
        }

        private static TimeSpan Due(IutReply reply) => reply.At + Slowness;

        public void Dispose() => inner.Dispose();
    }
}
