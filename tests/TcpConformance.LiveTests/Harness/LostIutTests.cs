using System.Diagnostics;
using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Suites;
using TcpConformance.LiveTests.Tap;
using TcpConformance.Tap;
using TcpConformance.Tap.UpperTesting;

namespace TcpConformance.LiveTests.Harness;

/// <summary>What is lost in mid-run ends the run with one sentence, and keeps what was measured.
/// </summary>
public sealed class LostIutTests
{
    private const string Any = "rfc9293/MUST-12";

    private UpperTesterProcess? _upper;
    private NetworkNamespace? _space;

    private SuiteRun Run(Action lose, Func<NetworkNamespace, UpperTesterProcess>? start = null)
    {
        LiveLink.OpenNetwork().Dispose(); // skips the test where there can be no TAP
        bool passed = false;
        TestCase[] cases =
        [
            new("a", "Ensure that it passes.", async ctx =>
            {
                await ctx.Established();
                ctx.Assert(true, Any, "it does");
                passed = true;
            }),
            new("b", "Ensure that it is lost.", async ctx =>
            {
                await ctx.Established();
                while (!passed)
                {
                    await ctx.Delay(TimeSpan.FromMilliseconds(10));
                }
                await ctx.Delay(TimeSpan.FromMilliseconds(100));
                lose();
                await ctx.Delay(TimeSpan.FromSeconds(20));
            }),
            new("c", "Ensure that it waits.", ctx => ctx.Delay(TimeSpan.FromSeconds(20))),
        ];
        var options = new SuiteOptions
        {
            Open = (profile, _) => TapIut.Open(profile, space =>
            {
                _space = space;
                _upper = start?.Invoke(space) ?? LiveLink.StartUpper(space);
                return _upper;
            }),
        };
        return new SuiteRunner(IutProfiles.Load("linux"), options)
            .Run(cases, CancellationToken.None);
    }

    private static void IsLost(SuiteRun run, string words)
    {
        Assert.That(run.Fault, Does.Contain(words).And.Not.Contain("\n"));
        Assert.That(
            run.Outcomes.Select(o => o.Verdict),
            Is.EqualTo(new[] { Verdict.Pass, Verdict.Inconclusive, Verdict.Inconclusive }),
            string.Join("; ", run.Outcomes.Select(o => o.Message)));
        Assert.That(run.Outcomes[2].Message, Is.EqualTo(run.Fault));
    }

    [Test]
    public void UpperTester_KilledInMidRun_EndsTheRun() => IsLost(
        Run(() => Process.GetProcessById(_upper!.Pid).Kill()), "the upper tester has ended");

    [Test]
    public void Tap_DeletedInMidRun_EndsTheRun() => IsLost(
        Run(() => _space!.Run(() =>
        {
            using Process ip = Process.Start("ip", ["link", "del", "tap0"]);
            ip.WaitForExit();
        })),
        "vanished");

    [Test]
    public void UpperTester_ThatDoesNotGreet_IsAFault()
    {
        SuiteRun run = Run(
            () => { }, space => UpperTesterProcess.Start(space, "sh", ["-c", "echo hello"]));
        Assert.That(run.Fault, Does.Contain("greets with 'hello'"));
        Assert.That(run.NotRun, Has.Count.EqualTo(3));
    }

    [Test]
    public void UpperTester_ThatHangs_EndsTheRun()
    {
        SuiteRun run = Run(
            () => { },
            space => UpperTesterProcess.Start(
                space, "sh", ["-c", "echo upper-tester 1 mute 0; exec sleep 100"]));
        Assert.That(run.Fault, Does.Contain("it hangs"));
        Assert.That(
            run.Outcomes.Select(o => o.Verdict), Is.All.EqualTo(Verdict.Inconclusive));
    }
}
