using NUnit.Framework;
using TcpConformance.Tap;

namespace TcpConformance.Tests.Tap;

[TestFixture]
[Platform("Linux")]
public sealed class PollerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Test]
    public void Wakeup_Signalled_EndsTheWaitUntilReset()
    {
        using var wakeup = new Wakeup();
        var poller = new Poller();
        int slot = poller.Add(wakeup.Fd);
        Assert.That(poller.Wait(TimeSpan.FromTicks(1)), Is.Zero);
        wakeup.Signal();
        wakeup.Signal();
        Assert.That(poller.Wait(null), Is.EqualTo(1));
        Assert.That(poller.Came(slot), Is.EqualTo(PollEvents.Readable));
        wakeup.Reset();
        Assert.That(poller.Wait(TimeSpan.Zero), Is.Zero);
        wakeup.Signal();
        poller.Change(slot, -1);
        Assert.That(poller.Wait(TimeSpan.FromSeconds(-1)), Is.Zero);
    }

    [Test]
    public void Child_Output_IsSeenAndExitCodeTold()
    {
        using ChildProcess child = ChildProcess.Start(
            null, "sh", ["-c", "read line; echo oops >&2; exit 7"]);
        Assert.That(child.ExitCode, Is.Null);
        child.CloseInput();
        var poller = new Poller();
        int slot = poller.Add(child.OutputFd);
        Assert.That(poller.Wait(Limit), Is.EqualTo(1));
        Assert.That(poller.Came(slot).HasFlag(PollEvents.HangUp), Is.True);
        Assert.That(child.WaitForExit(), Is.EqualTo(7));
        Assert.That(child.ErrorText, Is.EqualTo("oops\n"));
    }

    [Test]
    public void Child_Killed_TellsTheSignal()
    {
        using ChildProcess child = ChildProcess.Start(null, "sleep", ["1000"]);
        child.Kill();
        Assert.That(child.WaitForExit(), Is.EqualTo(128 + 9));
    }

    [Test]
    public void Child_NoSuchProgram_IsSaid() => Assert.That(
        () => ChildProcess.Start(null, "/no/such/program", []),
        Throws.TypeOf<TapUnavailableException>()
            .With.Property("Fault").EqualTo(TapFault.ProgramMissing)
            .And.Message.Contains("/no/such/program"));
}
