using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>SEGMENT ARRIVES in the states with a TCB (RFC 9293 §3.10.7.4).</summary>
public sealed partial class TcpConnection
{
    private TimeSpan _noAckWarBefore;
    private SeqNumber? _softErrorAt;
    private TimeSpan _challengesSince;
    private int _challenges;

    internal void Arrive(in TcpHeader segment, ReadOnlySpan<byte> text, TimeSpan now)
    {
        TouchKeepAlive(now);
        if (State == TcpState.SynSent)
        {
            ArriveInSynSent(in segment, text, now);
            return;
        }
        if ((segment.Flags & (TcpFlags.Rst | TcpFlags.Syn)) != 0
            && ArriveRstOrSyn(in segment, text, now))
        {
            return;
        }
        if (!IsAcceptable(in segment, now) || !segment.Has(TcpFlags.Ack)
            || !TakeAck(in segment, now))
        {
            return;
        }
        if (State == TcpState.TimeWait)
        {
            ArriveInTimeWait(segment.Has(TcpFlags.Fin), now);
            return;
        }
        TakeUrgent(in segment);
        TakeText(segment.Seq, text, segment.Has(TcpFlags.Fin), now);
    }

    // Second and fourth step. PAWS never judges a RST (RFC 7323 §5.2), and a SYN is challenged
    // wherever it lies (RFC 5961 §4.2), so both come before the sequence number.
    private bool ArriveRstOrSyn(in TcpHeader segment, ReadOnlySpan<byte> text, TimeSpan now)
    {
        if (segment.Has(TcpFlags.Rst))
        {
            React(Decisions.Reset.OnRst(_tcb, in segment), now);
            return true;
        }
        if (Decisions.Acceptance.TakesAckOfCrossingSynAck(_tcb, in segment))
        {
            OweAck();
            if (TakeAck(in segment, now) && State != TcpState.SynReceived)
            {
                // What came with its SYN, and what comes with this one, is processed now (RFC 9293
                // §3.10.7.3).
                TakeText(segment.Seq + 1u, text, segment.Has(TcpFlags.Fin), now);
            }
            return true;
        }
        if (State == TcpState.TimeWait
            && (segment.Flags & (TcpFlags.Ack | TcpFlags.Fin)) == 0
            && Decisions.Reset.OnSynInTimeWait(_tcb, in segment) == Reaction.Renew
            && _stack.TryRenew(this, in segment, text, now))
        {
            return true;
        }
        bool inWindow = Decisions.Acceptance.IsAcceptable(_tcb, in segment);
        Reaction reaction = Decisions.Reset.OnSyn(_tcb, in segment, inWindow);
        if (reaction == Reaction.Reset)
        {
            SendReset(segment.Has(TcpFlags.Ack) ? segment.Ack : _tcb.SndNxt);
        }
        React(reaction, now);
        return reaction != Reaction.Renew;
    }

    private void React(Reaction reaction, TimeSpan now)
    {
        switch (reaction)
        {
            case Reaction.Challenge:
                Challenge(now);
                break;
            case Reaction.Acknowledge:
                OweAck();
                break;
            case Reaction.ToListen:
                ReturnToListen(now);
                break;
            case Reaction.Reset:
                End(ErrorOfReset());
                break;
            case Reaction.Drop or Reaction.Renew:
                break;
        }
    }

    // RFC 5961 §7: "a timestamp and a counter". Each connection has its own, or else one would tell
    // what was sent on another.
    private void Challenge(TimeSpan now)
    {
        if (_challenges == 0 || now - _challengesSince >= _stack.Options.ChallengeAckInterval)
        {
            _challengesSince = now;
            _challenges = 0;
        }
        if (_challenges < _stack.Options.ChallengeAckLimit)
        {
            _challenges++;
            OweAck();
        }
    }

    // RFC 9293 §3.10.7.4, second: refused in SYN-RECEIVED after an active OPEN; in CLOSING,
    // LAST-ACK and TIME-WAIT the user has nothing more to learn.
    private TcpError ErrorOfReset() => State switch
    {
        TcpState.SynReceived => TcpError.Refused,
        TcpState.Closing or TcpState.LastAck or TcpState.TimeWait => TcpError.None,
        TcpState.Closed or TcpState.Listen or TcpState.SynSent or TcpState.Established
            or TcpState.FinWait1 or TcpState.FinWait2 or TcpState.CloseWait => TcpError.Reset,
    };

    // First step, with PAWS before it (RFC 7323 §5.3).
    private bool IsAcceptable(in TcpHeader segment, TimeSpan now)
    {
        AcceptanceDecisions acceptance = Decisions.Acceptance;
        if (acceptance.LacksTimestamps(_tcb, in segment))
        {
            return false;
        }
        if (acceptance.FailsPaws(_tcb, in segment, now))
        {
            OweAck();
            return false;
        }
        if (acceptance.IsAcceptable(_tcb, in segment))
        {
            if (acceptance.UpdatesTsRecent(_tcb, in segment))
            {
                _tcb.TsRecent = segment.Options.TsVal;
                _tcb.TsRecentAt = now;
            }
            return true;
        }
        if (acceptance.AnswersUnacceptable(_tcb, in segment))
        {
            AnswerUnacceptable(in segment, now);
        }
        if (acceptance.TakesControlsAtZeroWindow(_tcb, in segment)
            && segment.Has(TcpFlags.Ack) && TakeAck(in segment, now))
        {
            TakeUrgent(in segment);
        }
        else if (State == TcpState.TimeWait && segment.Has(TcpFlags.Fin)
            && segment.End == _tcb.RcvNxt)
        {
            ArriveInTimeWait(true, now);
        }
        return false;
    }

    private void AnswerUnacceptable(in TcpHeader segment, TimeSpan now)
    {
        if (State == TcpState.SynReceived && segment.Has(TcpFlags.Ack)
            && !Decisions.Ack.IsAcceptableInSynReceived(_tcb, segment.Ack))
        {
            // RFC 9293 §3.5.2 (2), wherever the segment lies: an ACK would be answered for ever by
            // a peer in TIME-WAIT, if it was an old duplicate SYN that made this connection.
            _stack.Reply(Pair, Decisions.Reset.Answer(in segment), TrafficClass);
            return;
        }
        if (Decisions.Acceptance.CouldBeAckWar(_tcb, in segment))
        {
            if (now < _noAckWarBefore)
            {
                return;
            }
            _noAckWarBefore = now + Decisions.Acceptance.AckWarPause;
        }
        OweAck();
    }

    // RFC 9293 §3.10.7.4, fifth and eighth: the FIN again is acknowledged, and 2 MSL begin anew.
    private void ArriveInTimeWait(bool fin, TimeSpan now)
    {
        if (fin)
        {
            OweAck();
        }
        if (Decisions.Timer.RestartsTimeWait(_tcb, fin))
        {
            _timers.TimeWait = now + Decisions.Timer.TimeWait(_tcb);
        }
    }

    // Sixth step.
    private void TakeUrgent(in TcpHeader segment)
    {
        if (!segment.Has(TcpFlags.Urg) || !State.TakesText())
        {
            return;
        }
        SeqNumber up = Decisions.Acceptance.UrgentEnd(in segment);
        // A pointer to nothing new, or back: it can't recede (RFC 9293 §3.8.5).
        if (up <= _receiveBase || (_tcb.RcvUp is SeqNumber before && up <= before))
        {
            return;
        }
        _tcb.RcvUp = up;
        UrgentEvents++;
        _stack.UserEvent();
    }

    // RFC 9293 §3.9.2.2 (SHLD-25): what was reported since the last progress says why.
    private TcpError Unanswered(TcpError timeout) =>
        _softErrorAt == _tcb.SndUna ? TcpError.Unreachable : timeout;

    internal void ArriveIcmp(IcmpKind kind, SeqNumber seq, int mtu, TimeSpan now)
    {
        // RFC 5927 §4.1: only if the number quoted is outstanding.
        if (State == TcpState.Closed || seq < _tcb.SndUna || seq >= _tcb.SndNxt)
        {
            return;
        }
        switch (kind)
        {
            case IcmpKind.Hard:
                End(TcpError.Unreachable);
                break;
            case IcmpKind.Soft:
                SoftErrors++;
                _softErrorAt = _tcb.SndUna;
                _stack.UserEvent();
                break;
            case IcmpKind.TooBig:
                LowerPathMtu(mtu, now);
                break;
            case IcmpKind.Ignored:
                break;
        }
    }

    private void LowerPathMtu(int mtu, TimeSpan now)
    {
        // RFC 8201 §4 and RFC 791: no link has less. An old router says 0 (RFC 1191 §5).
        int least = Pair.Tester.Address.IsV6 ? 1280 : 68;
        int lowered = Math.Max(least, mtu == 0 ? 576 : mtu);
        if (lowered >= _tcb.PathMtu)
        {
            return;
        }
        _tcb.PathMtu = lowered;
        FindEffSndMss();
        // In FIN-WAIT-1 the SYN may still be outstanding: it has no text to be cut.
        if (_tcb.State.IsSynchronized() && _tcb.SndUna != _tcb.Iss)
        {
            // RFC 1191 §6.4: send again at once, and it is no sign of congestion.
            ResendFrom(_tcb.SndUna);
            RestartRetransmission(now);
        }
    }
}
