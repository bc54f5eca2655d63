using NUnit.Framework;
using TcpConformance.Differential;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Tests.Differential;

/// <summary>Sessions are such as all IUTs of a run can play.</summary>
public sealed class StimulusMakerTests
{
    private const int Many = 300;

    private static OpenStep[] Opens(bool isV6, bool isPassive)
    {
        var maker = new StimulusMaker(7, isV6, isShort: true, isPassive);
        return [.. Enumerable.Range(0, Many)
            .SelectMany(n => maker.Make(n).Session.Steps).OfType<OpenStep>()];
    }

    [Test]
    public void Make_AllCanOpen_HasEveryRole() =>
        Assert.That(
            Opens(isV6: true, isPassive: false).Select(o => o.Role).Distinct(),
            Is.EquivalentTo(Enum.GetValues<OpenRole>()));

    [Test]
    public void Make_OneHasNoActiveOpen_TheTesterOpensAll() =>
        Assert.That(
            Opens(isV6: true, isPassive: true).Select(o => o.Role),
            Is.Not.Empty.And.All.EqualTo(OpenRole.Passive));

    [Test]
    public void Make_OneHasNoIpv6_NoneIsOpenedByIt() =>
        Assert.That(Opens(isV6: false, isPassive: false).Select(o => o.IsV6), Is.All.False);

    [TestCase(1500)]
    [TestCase(576)]
    public void Make_Mtu_NoSegmentIsLonger(int mtu)
    {
        SessionStep[] Steps(StimulusMaker maker) => [.. Enumerable.Range(0, Many)
            .SelectMany(n => maker.Make(n).Session.Steps)];
        int[] free = Lengths(Steps(new StimulusMaker(7, isV6: true, isShort: true)));
        int[] cut = Lengths(Steps(new StimulusMaker(7, isV6: true, isShort: true) { Mtu = mtu }));

        Assert.That(free, Has.Some.GreaterThan(1500));
        Assert.That(cut, Has.All.LessThanOrEqualTo(mtu - 40));
        Assert.That(cut, Has.Some.EqualTo(mtu - 40), "a full one over IPv4");
    }

    private static int[] Lengths(SessionStep[] steps) => [.. steps.Select(s => s switch
    {
        SegmentStep segment => segment.Length,
        FlowStep flow => flow.Size,
        _ => 0,
    })];

    [TestCase("linux", true)]
    [TestCase("slirp", false)]
    [TestCase("passt-repaired", false)]
    public void HasActiveOpen_Profile_SaysItByWhatIsLeftOut(string name, bool expected) =>
        Assert.That(IutProfiles.Load(name).HasActiveOpen, Is.EqualTo(expected));
}
