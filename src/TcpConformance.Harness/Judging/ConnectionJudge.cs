using TcpConformance.Spec.Arrival;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Emission;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Spec.Timing;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>Judges one connection: keeps the histories that explain what has been seen.</summary>
/// <remarks>The IUT answers when it likes, while the order on the link is certain. So a history
/// is a TCB together with how many of the inputs the IUT has processed by now. A segment from the
/// IUT, or the result of a user call, keeps those histories, and continuations of them, that
/// permit it; when only histories with a deviation are left, or none, a rule is broken.</remarks>
internal sealed partial class ConnectionJudge
{
    private readonly SocketPair _pair;
    private readonly JudgeSetting _setting;
    private readonly NumberedQueue<PendingInput> _inputs = new();
    private readonly NumberedQueue<PendingCall> _calls = new();
    private readonly SendHistory _history = new();
    private readonly HypothesisSet _now;
    // Before the case began.
    private TimeSpan _lastReceived = TimeSpan.FromTicks(-1);
    private TimeSpan _lastTraffic = TimeSpan.FromTicks(-1);
    private TcpHeader _lastArrived;
    private bool _leftOut;
    private bool _broken;

    /// <summary>A connection of which nothing has been seen.</summary>
    public ConnectionJudge(SocketPair pair, JudgeSetting setting, bool hasUser)
    {
        _pair = pair;
        _setting = setting;
        _text = new TextBook();
        _now = new HypothesisSet(setting.Scratch.Lend());
        _now.Reset(new Tcb { UserKnown = hasUser });
    }

    private Ixit Ixit => _setting.Ixit;

    private Claims Claims => _setting.Claims;

    private Scratch Scratch => _setting.Scratch;

    private Branches Frontier => Scratch.Frontier;

    private Branches Later => Scratch.Later;

    private Branches Next => Scratch.Next;

    /// <summary>The most histories that were needed at once.</summary>
    public int MostHypotheses { get; private set; } = 1;

    /// <summary>The histories that are possible now.</summary>
    public int Hypotheses => _now.Count;

    /// <summary>The states of the conforming histories.</summary>
    public IReadOnlyList<TcpState> States()
    {
        List<TcpState> states = [];
        for (int i = 0; i < _now.Count; i++)
        {
            if (_now[i].Deviation == RuleId.None && !states.Contains(_now[i].State))
            {
                states.Add(_now[i].State);
            }
        }
        return states;
    }

    /// <summary>A segment has been written to the link towards the IUT.</summary>
    public void Arrived(TimeSpan at, in SegmentView view, Listening listening)
    {
        if (_dirty || _nextDeadline <= at)
        {
            GrantGivingUp(at); // what is given up at this very moment was so before
        }
        _dirty = true;
        _lastArrived = view.Header;
        _text.FromPeer(in view);
        _lastReceived = at;
        if (!view.Header.Flags.HasAny(TcpFlags.Rst | TcpFlags.Syn))
        {
            _lastTraffic = at; // what is dropped without a word is no sign of life
        }
        if (view.Header.Has(TcpFlags.Ack) && view.Header.Options.Has(TcpOptionSet.Timestamps))
        {
            _history.Echoed(view.Header.Ack, view.Header.Options.TsEcr);
        }
        _inputs.Add(new PendingInput(at, view.Header, view.Defect, listening, null));
    }

    /// <summary>A segment from which nothing may be taken has been written to the link.</summary>
    /// <param name="at">When.</param>
    /// <param name="view">What a careless stack reads.</param>
    /// <param name="listening">Whether somebody listened for it.</param>
    /// <param name="rule">The rule that is broken if it is taken all the same.</param>
    public void ArrivedDamaged(
        TimeSpan at, in SegmentView view, Listening listening, RuleId rule)
    {
        _dirty = true;
        _inputs.Add(new PendingInput(at, view.Header, view.Defect, listening, null)
        {
            Damage = rule,
        });
    }

    /// <summary>An ICMP message has been written to the link.</summary>
    public void Arrived(TimeSpan at, IcmpEvent icmp)
    {
        _dirty = true;
        _icmpCame = true;
        _inputs.Add(new PendingInput(at, default, default, Listening.No, icmp));
    }

    /// <summary>What came can't be read: nothing is known of the connection any more.</summary>
    public void GiveUp()
    {
        _broken = true;
        _dirty = true;
    }

    /// <summary>A well-formed segment has come from the IUT.</summary>
    public void Sent(TimeSpan at, in SegmentView view, TimeSpan notBefore)
    {
        if (_broken)
        {
            return;
        }
        _dirty = true;
        RuleId text = _text.FromIut(in view);
        if (text != RuleId.None)
        {
            Broken(text, at, Came(in view));
            return;
        }
        if (Ixit.Latency == TimeSpan.Zero)
        {
            // In virtual time what was written before is processed. In real time the segment may
            // have waited to be read; Advance, which knows how late the harness is, sees to it.
            Force(at, strict: !_setting.IsImmediate);
        }
        if (view.Header.Has(TcpFlags.Rst))
        {
            GrantGivingUp(at);
        }
        EmissionContext c = Context(at);
        Failure failure = new();
        SeenKind seen = new();
        StartFrontier();
        do
        {
            for (int i = 0; i < Frontier.Count; i++)
            {
                ref Tcb tried = ref Next.Add(in Frontier[i]);
                RuleId rule = SegmentSent.Judge(
                    ref tried, in view.Header, in c, out EmissionKind k);
                if (rule == RuleId.None)
                {
                    seen.Note(k, tried.Deviation == RuleId.None);
                    AddEnd(in Frontier[i], in view.Header);
                }
                else
                {
                    Next.Cut(Next.Count - 1);
                    failure.Note(in Frontier[i], rule, _inputs.Next);
                }
                // Whether a reset is the end or an answer depends on what was processed before.
                if (rule != RuleId.None || view.Header.Has(TcpFlags.Rst)
                    || !OnlyPlainAcksWait(in Frontier[i]))
                {
                    Expand(i);
                }
            }
        }
        while (MoveFrontier());
        Settle(at, in failure, in view);
        if (!_broken)
        {
            Remember(in view.Header, seen.Kind, at, notBefore, in c);
            if (seen.IsProbe && seen.Kind != EmissionKind.Probe)
            {
                // One history sees a probe where another sees text: both are remembered.
                _history.Probed(
                    view.Header.SegLen > 0 ? view.Header.End : null, at, isSure: false);
            }
        }
    }

    // A reset that may be an answer of long ago may as well be the end.
    private void AddEnd(in Tcb before, in TcpHeader sent)
    {
        if (sent.Has(TcpFlags.Rst) && before.Resets.Count > 0)
        {
            Tcb ended = before;
            if (ResetSent.Ends(ref ended, in sent))
            {
                Next.Add(in ended);
            }
        }
    }

    // Keeps what Next has; reports if no conforming history is left.
    private void Settle(TimeSpan at, in Failure failure, in SegmentView view)
    {
        if (Next.Count == 0)
        {
            Broken(failure.Rule, at, Came(in view), failure.State);
            return;
        }
        _now.Replace(Next);
        AfterReplace(at);
        if (!_now.AnyClean)
        {
            // What came last and gets no answer is nearer than what an earlier fault might explain.
            RuleId rule = failure.IsAnswerToLast ? failure.Rule : _now[0].Deviation;
            Deviated(rule, at, Came(in view));
        }
    }

    private void AfterReplace(TimeSpan at)
    {
        MostHypotheses = Math.Max(MostHypotheses, _now.Count);
        int inputs = int.MaxValue;
        int calls = int.MaxValue;
        bool open = true;
        bool timed = false;
        SeqNumber? least = null;
        bool anyClean = _now.AnyClean;
        for (int i = 0; i < _now.Count; i++)
        {
            ref Tcb t = ref _now[i];
            inputs = Math.Min(inputs, t.SegmentsDone);
            calls = Math.Min(calls, t.CallsDone);
            if (anyClean && t.Deviation != RuleId.None)
            {
                continue; // what it has not learnt delays nobody else's timer
            }
            least = least is SeqNumber l ? SeqNumber.Min(l, t.SndUna) : t.SndUna;
            open &= t.SndWnd > 0 || HasNothingToProbe(in t);
            timed |= t.TsOk;
        }
        _inputs.ForgetBelow(inputs);
        _calls.ForgetBelow(calls);
        SeqNumber una = least ?? _now[0].SndUna;
        _history.Acknowledged(una, at, timed, Ixit);
        _text.Acknowledged(una);
        if (open)
        {
            _history.WindowOpened();
        }
    }

    // All is sent and acknowledged: later text begins a new series of probes.
    private static bool HasNothingToProbe(in Tcb t) => t.UserKnown && t.Flight == 0
        && t.UserEnd <= t.SndNxt && (!t.CloseAsked || t.FinSent);

    // A plain acknowledgment commutes with what the IUT sends: it needn't be processed before
    // something depends on it, which keeps the set small in a bulk transfer.
    private bool OnlyPlainAcksWait(in Tcb tcb)
    {
        // With timestamps the order of ACK and segment decides what is echoed (RFC 7323 §4.3).
        if (tcb.CallsDone < _calls.Next || !tcb.State.IsSynchronized() || tcb.Flight == 0
            || tcb.TsOk)
        {
            return false;
        }
        SeqNumber una = tcb.SndUna;
        for (int n = tcb.SegmentsDone; n < _inputs.Next; n++)
        {
            ref readonly PendingInput next = ref _inputs[n];
            // A duplicate, or one with SACK, may be why something goes again.
            bool plain = next.Icmp is null && next.Damage == RuleId.None
                && next.Header.TextLength == 0
                && (next.Header.Flags & ~TcpFlags.Psh) == TcpFlags.Ack
                && next.Header.Seq == tcb.RcvNxt && next.Header.Window != 0
                && !next.Header.Options.Has(TcpOptionSet.Sack)
                && next.Header.Ack > una && next.Header.Ack <= tcb.SndNxt;
            if (!plain)
            {
                return false;
            }
            una = next.Header.Ack;
        }
        return true;
    }

    private void StartFrontier()
    {
        Frontier.Clear();
        for (int i = 0; i < _now.Count; i++)
        {
            Frontier.Add(in _now[i]);
        }
    }

    private EmissionContext Context(TimeSpan at) => new EmissionContext(
        at, Ixit, Claims, _history, _options.NoDelay,
        _options.KeepAlive ? _options.KeepAliveIdle : null,
        _lastReceived, _pair.Iut.Address.IsV6)
    {
        LastTraffic = _lastTraffic,
        TextSince = _text.GivenSince,
        KeepAliveIsDefault = !_options.KeepAliveIdleSet,
        HasUserTimeout = _options.UserTimeout is not null,
    };

    private void Remember(
        in TcpHeader seg, EmissionKind kind, TimeSpan at, TimeSpan notBefore,
        in EmissionContext c)
    {
        bool syn = seg.Has(TcpFlags.Syn);
        switch (kind)
        {
            case EmissionKind.New:
                if (syn)
                {
                    _history.Clear();
                    // What the user has, if anything, is an earlier connection of the pair.
                    _namesOlder |= seg.Has(TcpFlags.Ack) && (_isAccepted || _isOwn);
                    _isAccepted = false;
                    _isOwn = !seg.Has(TcpFlags.Ack);
                    _text.Begin(seg.Seq);
                    if (seg.Has(TcpFlags.Ack))
                    {
                        _options = ConnectionOptions.Default; // the user has not had it yet
                    }
                    RuleId isn = _setting.Isns.Began(_pair, in seg, at);
                    if (isn != RuleId.None)
                    {
                        SeqNumber number = seg.Seq;
                        Report(isn, at, () => $"ISN: {number}.");
                    }
                }
                SeqNumber left = syn ? seg.Seq : SentAgainBefore(in seg, at, notBefore, in c);
                _history.SentNew(
                    left, seg.End, TextSent.IsShort(in _now[0], in seg, in c), at, notBefore);
                _history.NoteNewest(
                    !syn && left != seg.Seq,
                    seg.Options.Has(TcpOptionSet.Timestamps) ? seg.Options.TsVal : null);
                break;
            case EmissionKind.SynAnswer or EmissionKind.Timeout or EmissionKind.Again:
                RememberAgain(in seg, kind, at, notBefore, in c);
                if (kind == EmissionKind.Timeout && !syn)
                {
                    _history.BackedOffSurely();
                }
                break;
            case EmissionKind.Probe:
                _history.Probed(seg.SegLen > 0 ? seg.End : null, at);
                if (seg.SegLen > 0 && _history.Covering(seg.Seq).Times == 0)
                {
                    _history.SentNew(seg.Seq, seg.End, isShort: false, at);
                }
                break;
            case EmissionKind.Acknowledgment or EmissionKind.KeepAlive or EmissionKind.Reset:
                break;
        }
    }

    // What is seen now, to be told later.
    private Func<string> Came(scoped in SegmentView view)
    {
        byte[] octets = view.Bytes.ToArray();
        ref Tcb t = ref _now[0];
        bool relative = t.IssKnown;
        SeqNumber iss = relative ? t.Iss : default;
        SeqNumber irs = t.Irs;
        return () =>
        {
            SegmentView.Read(octets, out SegmentView seen);
            string text = SegmentText.Of(in seen, iss, irs);
            return $"Came: {text}{(relative ? " (relative numbers)" : "")}.";
        };
    }

    private void Deviated(RuleId rule, TimeSpan at, Func<string> came, bool silent = false)
    {
        Report(rule, at, came, _now[0].State, silent);
        for (int i = 0; i < _now.Count; i++)
        {
            _now[i].Deviation = RuleId.None;
        }
    }

    private void Broken(
        RuleId rule, TimeSpan at, Func<string> came, TcpState? known = null,
        bool silent = false)
    {
        _broken = true;
        Report(rule, at, came, known, silent);
    }

    private void Report(
        RuleId id, TimeSpan at, Func<string> came, TcpState? known = null, bool silent = false)
    {
        if (_leftOut || _now.HasLeftOut)
        {
            _broken = true; // more was possible than is remembered: nothing can be said any more
            return;
        }
        Rule rule = RuleTable.Get(id);
        IReadOnlyList<TcpState> states = known is TcpState one ? [one] : States();
        Lazy<string> words = new(() =>
        {
            string state = string.Join(" or ", states.Select(s => s.ToText()).DefaultIfEmpty("?"));
            return $"{rule.Text} State: {state}. {came()}";
        });
        _setting.Report(new Violation(rule.Name, rule.Requirement, at, _pair, words)
        {
            IsSilence = silent,
        });
    }
}
