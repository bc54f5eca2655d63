using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Spec.Calls;

namespace TcpConformance.Tests.Harness;

/// <summary>Packets without end: what a case waits for in time comes in time all the same.
/// </summary>
public sealed class FloodTests
{
    [Test]
    public void Run_PacketsNeverEnd_TimersFireInTime()
    {
        TimeSpan ended = TimeSpan.Zero;
        var waits = new TestCase("waits", "Ensure that it waits.", async ctx =>
        {
            await ctx.Delay(TimeSpan.FromMilliseconds(20));
            ended = ctx.Now;
            ctx.Assert(true, "rfc9293/MUST-12", "it has waited");
        });

        new CaseLoop(new FloodIut(), 1, 1).Run([waits], _ => { }, CancellationToken.None);

        Assert.That(ended.TotalMilliseconds, Is.InRange(20, 40));
    }

    /// <summary>Sends something that belongs to no case every tenth of a millisecond, for two
    /// seconds.</summary>
    private sealed class FloodIut : IIut
    {
        public IutProfile Profile { get; } = IutProfiles.Load("reference");

        public bool IsVirtualTime => false;

        public TimeSpan Now { get; private set; }

        public void Deliver(ReadOnlySpan<byte> packet)
        {
        }

        private bool _more;

        // One at each look.
        public bool TryTakePacket(out IutPacket packet)
        {
            _more = !_more && Now < TimeSpan.FromSeconds(2);
            Now += TimeSpan.FromMilliseconds(0.1);
            packet = new IutPacket(Now, new byte[20]);
            return _more;
        }

        public void Call(UserCall call)
        {
        }

        public bool TryTakeReply(out IutReply reply)
        {
            reply = default;
            return false;
        }

        public bool Wait(TimeSpan? until)
        {
            Now += TimeSpan.FromMilliseconds(1);
            return true;
        }

        public void Dispose()
        {
        }
    }
}
