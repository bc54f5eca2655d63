using System.Diagnostics.CodeAnalysis;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Judging;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Harness;

/// <summary>All that a case has: the IUT's facts, peers, the upper tester, time, a verdict.
/// </summary>
/// <remarks>A body awaits only tasks that it got from here; it runs on one thread.</remarks>
public sealed partial class CaseContext
{
    private readonly IIut _iut;
    private readonly TimeSpan _start;
    private readonly CaseSeat _seat;
    private readonly List<Peer> _peers = [];
    private readonly List<TraceEntry> _trace = [];
    private readonly List<ReceivedSegment> _strays = [];
    private int _preambles;

    internal CaseContext(TestCase testCase, IIut iut, CaseSeat seat, ulong seed)
    {
        Case = testCase;
        _iut = iut;
        _seat = seat;
        _start = iut.Now;
        Scheduler = new CaseScheduler(() => _iut.Now - _start);
        Oracle = new Oracle(iut.Profile.Ixit, iut.Profile.Claims);
        Random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        Times = new CaseTimes(iut.Profile.Ixit);
        UsesIpv6 = testCase.Traits.HasFlag(CaseTraits.Ipv6);
        Upper = new UpperTester(this);
    }

    /// <summary>The case that runs.</summary>
    public TestCase Case { get; }

    /// <summary>The IUT's profile: name, addresses.</summary>
    public IutProfile Iut => _iut.Profile;

    /// <summary>The IUT's stated values.</summary>
    public Ixit Ixit => _iut.Profile.Ixit;

    /// <summary>How long to wait for what.</summary>
    public CaseTimes Times { get; }

    /// <summary>The user calls on the IUT's side.</summary>
    public UpperTester Upper { get; }

    /// <summary>Chance that is the same in every run with the same seed.</summary>
    public Random Random { get; }

    /// <summary>Whether new peers and listeners use IPv6: the case has that trait.</summary>
    public bool UsesIpv6 { get; }

    /// <summary>The IUT's address of the family that the case uses.</summary>
    public IpAddress IutAddress => UsesIpv6 ? Iut.V6 : Iut.V4;

    /// <summary>Whether time is virtual, so that waiting costs nothing.</summary>
    public bool IsVirtualTime => _iut.IsVirtualTime;

    /// <summary>Time since the start of the case.</summary>
    public TimeSpan Now => Scheduler.Now;

    /// <summary>Segments from the IUT that went to no peer of the case.</summary>
    public IReadOnlyList<ReceivedSegment> Strays => _strays;

    /// <summary>All that has happened so far.</summary>
    public IReadOnlyList<TraceEntry> Trace => _trace;

    /// <summary>Checks that held so far; a case without one is an error.</summary>
    public int Checks { get; internal set; }

    internal CaseScheduler Scheduler { get; }

    /// <summary>When the case began, on the IUT's clock.</summary>
    internal TimeSpan Start => _start;

    internal Oracle Oracle { get; }

    internal IReadOnlyList<Peer> Peers => _peers;

    internal CaseSeat Seat => _seat;

    /// <summary>Whether the IUT claims all of these.</summary>
    public bool Claims(Claims claims) => (Iut.Claims & claims) == claims;

    /// <summary>Writes words into the trace.</summary>
    public void Note(string text) => Record(TraceKind.Note, null, text, null);

    /// <summary>Waits.</summary>
    public Task Delay(TimeSpan time) => Scheduler.Wait(null, Now + time);

    /// <summary>Waits until a moment of the case's time; returns at once if it is over.</summary>
    public Task DelayUntil(TimeSpan moment) => Scheduler.Wait(null, moment);

    /// <summary>The lower tester's end of a new connection. No segment is sent.</summary>
    /// <param name="options">What it offers and how its variables begin.</param>
    /// <param name="iutPort">The IUT's port; null: one that nothing has used.</param>
    public Peer NewPeer(PeerOptions? options = null, ushort? iutPort = null)
    {
        PeerOptions o = options ?? new PeerOptions();
        bool v6 = o.Ipv6 ?? UsesIpv6;
        var iut = new SocketAddress(v6 ? Iut.V6 : Iut.V4, iutPort ?? _seat.NextIutPort());
        ushort port = o.Port ?? (ushort)(40_000 + _peers.Count);
        var peer = new Peer(
            this, new SocketAddress(o.Address ?? _seat.Tester(v6, o.AddressIndex), port), iut, o);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>A multicast address of the case alone: what the IUT sends there is seen.</summary>
    public IpAddress MulticastAddress => _seat.Multicast;

    /// <summary>A port of the IUT that nothing has used.</summary>
    public ushort NewIutPort() => _seat.NextIutPort();

    /// <summary>Something has been sent that the IUT has to survive: where it owes an answer from
    /// now on and stays silent, it did not.</summary>
    /// <param name="requirement">What asks for it.</param>
    public void MustSurvive(string requirement) => Oracle.SilenceContradicts = requirement;

    /// <summary>Within its scope what fails is a precondition: inconclusive, not a failure.
    /// </summary>
    public IDisposable Preamble()
    {
        _preambles++;
        return new Scope(this);
    }

    /// <summary>Ends the case: the IUT contradicted a requirement (inconclusive within a
    /// preamble).</summary>
    [DoesNotReturn]
    public void Fail(string requirement, string message) => throw Failure(requirement, message);

    /// <summary>Ends the case without a judgment.</summary>
    [DoesNotReturn]
    public void Inconclusive(string message) =>
        throw new CaseEndedException(Verdict.Inconclusive, null, message);

    /// <summary>Ends the case as passed.</summary>
    [DoesNotReturn]
    public void Pass()
    {
        Checks++;
        throw new CaseEndedException(Verdict.Pass, null, "");
    }

    /// <summary>Counts as a check; ends the case as failed unless <paramref name="holds"/>.
    /// </summary>
    /// <param name="holds">What the requirement asks for.</param>
    /// <param name="requirement">Its id.</param>
    /// <param name="words">What was expected and what came, as one sentence.</param>
    public void Assert(bool holds, string requirement, string words)
    {
        if (!holds)
        {
            throw Failure(requirement, words);
        }
        Checks++;
    }

    /// <summary>Ends the case as inconclusive unless the precondition holds.</summary>
    public void Require(bool precondition, string words)
    {
        if (!precondition)
        {
            throw new CaseEndedException(Verdict.Inconclusive, null, words);
        }
    }

    internal CaseEndedException Failure(string? requirement, string message) => _preambles > 0
        ? new CaseEndedException(Verdict.Inconclusive, null, "preamble: " + message)
        : new CaseEndedException(Verdict.Fail, requirement ?? FirstRequirement, message);

    private string? FirstRequirement =>
        Case.Requirements.Count > 0 ? Case.Requirements[0] : null;

    private sealed class Scope(CaseContext context) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (!_left)
            {
                _left = true;
                context._preambles--;
            }
        }
    }
}
