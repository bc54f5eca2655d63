using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Sessions;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Harness;

/// <summary>A machine that stalls the IUT and not the loop: what the IUT owes may come as much
/// later, as long as it shows that it is late, and what never comes is missing all the same.
/// </summary>
public sealed class LateIutTests
{
    private static CaseOutcome Run(
        bool isDeaf, int stall, bool shows, bool provesAgain = true)
    {
        CaseOutcome? outcome = null;
        using var iut = new StalledIut(
            new EngineIut(OldTextTwice.Profile, 1), isDeaf, stall, shows);
        var loop = new CaseLoop(iut, 1, 1) { ProvesAgain = provesAgain };
        loop.Run([OldTextTwice.Case], o => outcome = o, CancellationToken.None);
        return outcome!;
    }

    [TestCase(0, false)]
    [TestCase(40, false)]
    [TestCase(300, true)] // an answer that comes so late may have been sent for another reason
    [TestCase(1500, true)]
    public void Run_AnswersComeAfterTheStall_Passes(int stall, bool isTriedAgain)
    {
        CaseOutcome outcome = Run(isDeaf: false, stall, shows: true);

        Assert.That(outcome.Verdict, Is.EqualTo(Verdict.Pass), outcome.Message);
        Assert.That(outcome.Runs, isTriedAgain ? Is.GreaterThan(1) : Is.EqualTo(1));
    }

    [Test]
    public void Run_NobodyAsksForABetterProof_PassesAtOnce()
    {
        CaseOutcome outcome = Run(isDeaf: false, stall: 300, shows: true, provesAgain: false);

        Assert.That(outcome.Verdict, Is.EqualTo(Verdict.Pass), outcome.Message);
        Assert.That(outcome.Runs, Is.EqualTo(1));
    }

    [TestCase(0)]
    [TestCase(40)]
    [TestCase(300)]
    public void Run_AnswerThatIsOwedIsMissing_Fails(int stall)
    {
        CaseOutcome outcome = Run(isDeaf: true, stall, shows: true);

        Assert.That(outcome.Verdict, Is.EqualTo(Verdict.Fail), outcome.Message);
        Assert.That(
            outcome.Violations.Select(v => v.Requirement),
            Has.Some.EqualTo(OldTextTwice.Outside));
    }

    [Test]
    public void Run_LateWithoutAnySign_Fails() =>
        Assert.That(
            Run(isDeaf: false, stall: 300, shows: false).Verdict, Is.EqualTo(Verdict.Fail));

    // The body of a session leaves the stack to others: nobody will judge what is still owed.
    [Test]
    public void Run_SessionEndsWhileAnAnswerIsOwed_IsNotHeld()
    {
        Session session = Session.Parse(
            "open passive\nsegment A seq=next-100 ack=all len=10");
        CaseOutcome? outcome = null;
        using var iut = new StalledIut(
            new EngineIut(OldTextTwice.Profile, 1), isDeaf: true, stall: 1000, shows: true);
        new CaseLoop(iut, 1, 1).Run(
            [SessionCase.Of("a", session, TimeSpan.FromMilliseconds(200))],
            o => outcome = o, CancellationToken.None);

        Assert.That(outcome!.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)), outcome.Message);
        Assert.That(outcome.Verdict, Is.EqualTo(Verdict.Pass), outcome.Message);
    }

    /// <summary>The engine on a machine that keeps it from working for a while, from the first
    /// segment on that is below the window; deaf, it never answers such ones.</summary>
    private sealed class StalledIut(EngineIut inner, bool isDeaf, int stall, bool shows) : IIut
    {
        private readonly Queue<byte[]> _held = new();
        private TimeSpan? _from;

        public IutProfile Profile => inner.Profile;

        public bool IsVirtualTime => false;

        public TimeSpan Now => inner.Now;

        public TimeSpan Lag(Sendings written, Sendings called) =>
            _from is not TimeSpan from || !shows || written.Last < from || written.First > End
                ? TimeSpan.Zero
                : (IsStalled ? Now : End) - (written.First < from ? from : written.First);

        public (TimeSpan Written, TimeSpan Called) Heard =>
            (IsStalled && shows ? _from!.Value - TimeSpan.FromTicks(1) : Now, Now);

        private TimeSpan End => _from!.Value + TimeSpan.FromMilliseconds(stall);

        private bool IsStalled => _from is not null && Now < End;

        public void Deliver(ReadOnlySpan<byte> packet)
        {
            bool isOld = SegmentView.Read(PacketView.Read(packet).Payload).Text.Length > 0;
            _from ??= isOld ? Now : null;
            if (isOld && isDeaf)
            {
                return;
            }
            if (IsStalled)
            {
                _held.Enqueue(packet.ToArray());
                return;
            }
            inner.Deliver(packet);
        }

        public bool TryTakePacket(out IutPacket packet)
        {
            while (!IsStalled && _held.TryDequeue(out byte[]? held))
            {
                inner.Deliver(held);
            }
            packet = default;
            return !IsStalled && inner.TryTakePacket(out packet);
        }

        public void Call(UserCall call) => inner.Call(call);

        public bool TryTakeReply(out IutReply reply) => inner.TryTakeReply(out reply);

        // As on a real clock: time passes, whatever is waited for.
        public bool Wait(TimeSpan? until)
        {
            TimeSpan soon = Now + TimeSpan.FromMilliseconds(1);
            inner.Wait(until <= Now || _held.Count > 0 ? soon : until);
            return true;
        }

        public void Dispose() => inner.Dispose();
    }
}
