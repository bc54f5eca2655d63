using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Harness;

/// <summary>A machine on which the loop has woken late not long ago: neither is an answer that
/// comes missed, nor is a later one taken for it if it does not come.</summary>
public sealed class LateLoopTests
{
    private static CaseOutcome Run(bool isDeaf, int late)
    {
        CaseOutcome? outcome = null;
        using var iut = new LateIut(new EngineIut(OldTextTwice.Profile, 1), isDeaf, late);
        new CaseLoop(iut, 1, 1).Run([OldTextTwice.Case], o => outcome = o, CancellationToken.None);
        return outcome!;
    }

    [TestCase(0)]
    [TestCase(15)]
    [TestCase(35)]
    public void Run_AnswerThatIsOwedIsMissing_LaterOneIsNotTakenForIt(int late)
    {
        CaseOutcome outcome = Run(isDeaf: true, late);

        Assert.That(outcome.Verdict, Is.EqualTo(Verdict.Fail), outcome.Message);
        Assert.That(
            outcome.Violations.Select(v => v.Requirement),
            Has.Some.EqualTo(OldTextTwice.Outside));
    }

    [TestCase(0)]
    [TestCase(15)]
    [TestCase(35)]
    public void Run_AnswersCome_Passes(int late) =>
        Assert.That(Run(isDeaf: false, late).Verdict, Is.EqualTo(Verdict.Pass));

    /// <summary>The engine on a machine that wakes the loop late once; deaf, it doesn't hear the
    /// first segment that is below the window.</summary>
    private sealed class LateIut(EngineIut inner, bool isDeaf, int late) : IIut
    {
        private int _late = late;
        private int _old;

        public IutProfile Profile => inner.Profile;

        public bool IsVirtualTime => false;

        public TimeSpan Now => inner.Now;

        public void Deliver(ReadOnlySpan<byte> packet)
        {
            bool isOld = SegmentView.Read(PacketView.Read(packet).Payload).Text.Length > 0;
            if (!isOld || ++_old > 1 || !isDeaf)
            {
                inner.Deliver(packet);
            }
        }

        public bool TryTakePacket(out IutPacket packet) => inner.TryTakePacket(out packet);

        public void Call(UserCall call) => inner.Call(call);

        public bool TryTakeReply(out IutReply reply) => inner.TryTakeReply(out reply);

        public bool Wait(TimeSpan? until)
        {
            TimeSpan from = Now;
            // As on a real clock: time passes, whatever is waited for.
            inner.Wait(until <= from ? from + TimeSpan.FromMilliseconds(1) : until);
            if (Now > from && _late > 0)
            {
                inner.Wait(Now + TimeSpan.FromMilliseconds(_late));
                _late = 0;
            }
            return true;
        }

        public void Dispose() => inner.Dispose();
    }
}
