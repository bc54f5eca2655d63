using TcpConformance.Spec.Arrival;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Emission;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>Watches all that crosses the IUT's boundary in one case, and judges it.</summary>
/// <remarks>It never looks inside. What it knows of each connection is a small set of histories
/// (<see cref="ConnectionJudge"/>).</remarks>
public sealed class Oracle
{
    private static readonly IpAddress UnspecifiedV4 = IpAddress.V4(0);
    private static readonly IpAddress UnspecifiedV6 = IpAddress.Parse("::");

    private readonly Dictionary<SocketPair, ConnectionJudge> _connections;
    private readonly ListenerBook _listeners;
    private readonly IsnBook _isns;
    private readonly SurvivalBook _survival;
    private readonly Scratch _scratch;
    private readonly List<Violation> _violations = [];
    private JudgeSetting? _setting;
    private bool _hasUser;

    /// <summary>An oracle for an IUT with these values and claims.</summary>
    public Oracle(Ixit ixit, Claims claims)
        : this(ixit, claims, new Scratch())
    {
    }

    /// <summary>An oracle that borrows its room.</summary>
    /// <param name="ixit">The stated values.</param>
    /// <param name="claims">The claims.</param>
    /// <param name="scratch">Used by nobody else as long as this oracle is.</param>
    internal Oracle(Ixit ixit, Claims claims, Scratch scratch)
    {
        _scratch = scratch;
        _connections = scratch.Connections;
        _listeners = scratch.Listeners;
        _isns = scratch.Isns;
        _survival = scratch.Survival;
        Ixit = ixit;
        Claims = claims;
    }

    /// <summary>The stated values.</summary>
    public Ixit Ixit { get; }

    /// <summary>The claims.</summary>
    public Claims Claims { get; }

    /// <summary>Whether the IUT has processed each packet before the call that delivers it returns,
    /// and all that it sent before was taken: then there is nothing to guess.</summary>
    internal bool IsImmediate { get; init; }

    /// <summary>What has been found so far, in order.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>Segments from the IUT that have been judged.</summary>
    public long Judged { get; private set; }

    /// <summary>The most histories that any connection has needed at once.</summary>
    public int MostHypotheses => _connections.Values.Select(j => j.MostHypotheses)
        .DefaultIfEmpty(0).Max();

    /// <summary>The most histories that any connection has now.</summary>
    public int Hypotheses => _connections.Values.Select(j => j.Hypotheses)
        .DefaultIfEmpty(0).Max();

    /// <summary>The connections seen so far.</summary>
    public IEnumerable<SocketPair> Connections => _connections.Keys;

    /// <summary>The states that the IUT may be in on this connection; none if it isn't known.
    /// </summary>
    public IReadOnlyList<Spec.States.TcpState> StatesOf(SocketPair pair) =>
        _connections.TryGetValue(pair, out ConnectionJudge? judge) ? judge.States() : [];

    /// <summary>Set after something that has to be survived was sent: silence from now on means
    /// that it was not.</summary>
    public string? SilenceContradicts { get; set; }

    /// <summary>The next time at which <see cref="Advance"/> has something to judge.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? next = null;
            foreach (ConnectionJudge judge in _connections.Values)
            {
                TimeSpan? due = judge.NextDeadline;
                next = next is null || due < next ? due ?? next : next;
            }
            return next;
        }
    }

    /// <summary>An IP packet has been written to the link towards the IUT.</summary>
    /// <param name="at">Since the start of the case.</param>
    /// <param name="packet">The IP packet.</param>
    public void ToIut(TimeSpan at, ReadOnlySpan<byte> packet)
    {
        PacketView ip = PacketView.Read(packet);
        if (ip.Defect != PacketDefect.None || ip.Source.IsMulticastOrBroadcast
            || ip.Destination.IsMulticastOrBroadcast || IsUnspecified(ip.Source))
        {
            return; // MUST-57, MUST-63: silently discarded
        }
        if (ip.Protocol is (byte)IpProtocol.Icmp or (byte)IpProtocol.IcmpV6)
        {
            IcmpToIut(at, in ip);
            return;
        }
        if (ip.Protocol != (byte)IpProtocol.Tcp)
        {
            return;
        }
        SegmentView.Read(ip.Payload, out SegmentView view);
        bool fatal = view.Defect.IsFatal();
        if (fatal)
        {
            view = AsIfOffsetWereFive(ip.Payload);
        }
        SocketPair pair = new(
            new(ip.Destination, view.Header.DestinationPort),
            new(ip.Source, view.Header.SourcePort));
        Listening listening = _listeners.At(pair.Iut, at - Ixit.Latency);
        bool intact = Checksum.IsValid(ip.Source, ip.Destination, ip.Payload);
        if (intact && !fatal)
        {
            _survival.ToIut(pair, in view);
            Judge(pair).Arrived(at, in view, listening);
        }
        else if (view.Defect != SegmentDefect.HeaderTruncated)
        {
            // MUST-3: nothing is to be seen of it.
            Judge(pair).ArrivedDamaged(
                at, in view, listening, intact ? RuleId.BadOffsetTaken : RuleId.DamagedTaken);
        }
    }

    // What a stack reads that does not look at the data offset.
    private static SegmentView AsIfOffsetWereFive(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < TcpHeader.MinimumLength)
        {
            return SegmentView.Read(payload);
        }
        byte[] octets = payload.ToArray();
        octets[12] = (byte)((octets[12] & 0x0f) | 0x50);
        return SegmentView.Read(octets);
    }

    private void IcmpToIut(TimeSpan at, in PacketView ip)
    {
        IcmpView icmp = IcmpView.Read(in ip);
        IcmpEvent? occurs = IcmpEvent.Of(in icmp);
        if (occurs is IcmpEvent e && _connections.TryGetValue(e.Pair, out ConnectionJudge? judge))
        {
            judge.Arrived(at, e);
        }
    }

    /// <summary>An IP packet has come from the IUT.</summary>
    /// <param name="at">Since the start of the case.</param>
    /// <param name="packet">The IP packet.</param>
    /// <param name="notBefore">It came no earlier than this, if it may have waited to be read.
    /// </param>
    public void FromIut(TimeSpan at, ReadOnlySpan<byte> packet, TimeSpan? notBefore = null)
    {
        PacketView ip = PacketView.Read(packet);
        if (ip.Protocol != (byte)IpProtocol.Tcp)
        {
            return;
        }
        Judged++;
        SegmentView.Read(ip.Payload, out SegmentView view);
        SocketPair pair = new(
            new(ip.Source, view.Header.SourcePort),
            new(ip.Destination, view.Header.DestinationPort));
        _survival.FromIut(pair, in view.Header);
        if (!_connections.TryGetValue(pair, out ConnectionJudge? judge)
            && IsFromOtherAddress(pair))
        {
            Add(RuleId.AddressWrong, at, pair, in view);
            return;
        }
        if (ip.Defect == PacketDefect.Fragment)
        {
            // A segment that had to be cut; the later pieces have no header to judge.
            if (judge is not null)
            {
                Add(RuleId.TextBeyondMss, at, pair, in view);
                judge.GiveUp();
            }
            return;
        }
        RuleId form = Form.Judge(ip.Source, ip.Destination, in view);
        if (form != RuleId.None)
        {
            Add(form, at, pair, in view);
        }
        if (form is RuleId.ChecksumWrong or RuleId.DataOffsetWrong or RuleId.FlagsImpossible
            or RuleId.AckBitMissing)
        {
            (judge ?? Judge(pair)).GiveUp(); // nobody knows what it says
            return;
        }
        (judge ?? Judge(pair)).Sent(at, in view, notBefore ?? at);
    }

    private static bool IsUnspecified(IpAddress address) =>
        address == UnspecifiedV4 || address == UnspecifiedV6;

    // MUST-45: the ports and the peer's address are those of a known connection.
    private bool IsFromOtherAddress(SocketPair pair) => _connections.Keys.Any(
        known => known.Tester == pair.Tester && known.Iut.Port == pair.Iut.Port);

    private void Add(RuleId id, TimeSpan at, SocketPair pair, in SegmentView view)
    {
        Rule rule = RuleTable.Get(id);
        byte[] octets = view.Bytes.ToArray();
        Add(new Violation(rule.Name, rule.Requirement, at, pair, new Lazy<string>(() =>
        {
            SegmentView.Read(octets, out SegmentView seen);
            return $"{rule.Text} Came: {SegmentText.Of(in seen)}";
        })));
    }

    /// <summary>A user call has been handed to the upper tester.</summary>
    /// <param name="at">Since the start of the case.</param>
    /// <param name="call">The call.</param>
    public void CallStarted(TimeSpan at, UserCall call)
    {
        _hasUser = true;
        if (IsOfListener(call))
        {
            _listeners.Started(call);
            foreach ((SocketPair pair, ConnectionJudge judge) in _connections)
            {
                if (pair.Iut == call.Pair.Iut)
                {
                    judge.ListenerChanged(call.Kind == UserCallKind.Listen);
                }
            }
            return;
        }
        if (call.Pair.Tester != default)
        {
            Judge(call.Pair).CallStarted(at, call);
        }
    }

    /// <summary>A user call has returned.</summary>
    /// <param name="at">Since the start of the case.</param>
    /// <param name="call">The call.</param>
    /// <param name="result">What it came to.</param>
    public void CallReturned(TimeSpan at, UserCall call, UserResult result)
    {
        if (IsOfListener(call))
        {
            _listeners.Returned(at, call, result);
            return;
        }
        if (call.Pair.Tester != default)
        {
            Judge(call.Pair).CallReturned(at, call, result);
        }
    }

    /// <summary>Time has passed; what was due before is judged.</summary>
    /// <param name="now">Since the start of the case; what the IUT sent before is known.</param>
    /// <param name="lateness">By how much the harness itself was late, at most.</param>
    public void Advance(TimeSpan now, TimeSpan lateness)
    {
        foreach (ConnectionJudge judge in _connections.Values)
        {
            judge.Advance(now, lateness);
        }
    }

    private static bool IsOfListener(UserCall call) =>
        call.Kind is UserCallKind.Listen or UserCallKind.StopListening
        || (call.Kind == UserCallKind.Abort && call.Pair.Tester == default);

    private ConnectionJudge Judge(SocketPair pair)
    {
        if (!_connections.TryGetValue(pair, out ConnectionJudge? judge))
        {
            _setting ??= new JudgeSetting(Ixit, Claims, _isns, _scratch, Add)
            {
                IsImmediate = IsImmediate,
            };
            judge = new ConnectionJudge(pair, _setting, _hasUser);
            _connections.Add(pair, judge);
        }
        return judge;
    }

    private void Add(Violation violation) => _violations.Add(
        violation.IsSilence && SilenceContradicts is string requirement
            ? violation with { Requirement = requirement }
            : _survival.Explain(violation));
}
