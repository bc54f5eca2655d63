using NUnit.Framework;
using TcpConformance.Differential;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Differential;

/// <summary>A stack that many sessions share dies: who has killed it, and what of the others.
/// </summary>
public sealed class RealPlayerTests
{
    private const string Good = "open passive mss=1460 iss=1000\nsegment A seq=next ack=all len=1";
    private const string Deadly = "open passive mss=1460 iss=1000\nsegment AU seq=next ack=all";
    private const string Words = "an assertion";

    private static readonly IutProfile Profile = IutProfiles.Load("reference") is var p
        ? p with { Kind = IutKind.Process, Jobs = 8, Ixit = p.Ixit with
            { Latency = TimeSpan.FromMilliseconds(50) } }
        : null!;

    private static string?[] Deaths(int count, out int opened, params int[] deadly)
    {
        int opens = 0;
        var iut = new DiffIut("mortal", Profile, seed =>
        {
            opens++;
            return new MortalIut(new EngineIut(Profile, seed));
        });
        Stimulus[] batch = [.. Enumerable.Range(0, count).Select(
            i => new Stimulus(1, Session.Parse(deadly.Contains(i) ? Deadly : Good)))];
        using var table = new Table([iut]);
        IReadOnlyList<IReadOnlyList<Played>> played =
            table.Play(batch, TimeSpan.Zero, CancellationToken.None);
        Assert.That(played.Select(p => p[0].Unusable), Is.All.Null);
        opened = opens;
        return [.. played.Select(p => p[0].Death)];
    }

    [TestCase]
    [TestCase(0)]
    [TestCase(19)]
    [TestCase(3, 11)]
    [TestCase(4, 5, 6)]
    public void Play_SomeKill_TheyAndNoOthersHaveDone(params int[] deadly)
    {
        string?[] deaths = Deaths(20, out int opened, deadly);

        Assert.That(
            Enumerable.Range(0, 20).Where(i => deaths[i] is not null), Is.EqualTo(deadly));
        Assert.That(deaths.OfType<string>(), Is.All.EqualTo(Words));
        Assert.That(opened, Is.LessThanOrEqualTo(1 + (4 * deadly.Length)));
    }

    [Test]
    public void Play_OneAlone_HasDoneIt() =>
        Assert.That(Deaths(1, out _, 0), Is.EqualTo(new[] { Words }));

    /// <summary>The engine on a real clock, which dies of an URG; that is seen when it is asked
    /// for what it sends, as it is of a program.</summary>
    private sealed class MortalIut(EngineIut inner) : IIut
    {
        private bool _isDead;

        public IutProfile Profile => inner.Profile;

        public bool IsVirtualTime => false;

        public TimeSpan Now => inner.Now;

        public void Deliver(ReadOnlySpan<byte> packet)
        {
            SegmentView segment = SegmentView.Read(PacketView.Read(packet).Payload);
            _isDead |= segment.Header.Has(TcpFlags.Urg);
            if (!_isDead)
            {
                inner.Deliver(packet);
            }
        }

        public bool TryTakePacket(out IutPacket packet) => _isDead
            ? throw new IutLostException(Words)
            : inner.TryTakePacket(out packet);

        public void Call(UserCall call) => inner.Call(call);

        public bool TryTakeReply(out IutReply reply) => inner.TryTakeReply(out reply);

        public bool Wait(TimeSpan? until)
        {
            inner.Wait(until <= Now ? Now + TimeSpan.FromMilliseconds(1) : until);
            return true;
        }

        public void Dispose() => inner.Dispose();
    }
}
