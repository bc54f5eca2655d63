using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <content>The user's side: calls and what they return (RFC 9293 §3.9.1, §3.10).</content>
internal sealed partial class ConnectionJudge
{
    // How long a waiting user may be kept from what is there, beyond the stack's latency.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private TextBook _text;
    private List<UserCall>? _waiting;
    private uint _userRead;
    private ConnectionOptions _options = ConnectionOptions.Default;
    private Before? _before;
    private TimeSpan? _owedSince;
    private bool _userToldEnd;
    private bool _isAccepted;
    private bool _isOwn; // opened by the user, and not accepted
    private bool _namesOlder;
    private bool _acceptsAnother; // than the one that the user has opened
    private bool _isOrphan;
    private bool _isMisnamed; // the user has tried to open it once more
    private bool _icmpCame;

    /// <summary>A call has been handed to the upper tester.</summary>
    public void CallStarted(TimeSpan at, UserCall call)
    {
        _dirty = true;
        switch (call.Kind)
        {
            case UserCallKind.Connect:
                BeginConnect(call);
                break;
            case UserCallKind.Receive:
                (_waiting ??= new(1)).Add(call);
                return;
            case UserCallKind.AwaitUrgent:
                return;
            case UserCallKind.SetOption when _namesOlder:
                return;
            case UserCallKind.SetOption:
                _before = new Before(
                    call.Id, _options, _text, _userRead, _userToldEnd, _namesOlder);
                _options = _options.With(call);
                return;
            case UserCallKind.Send:
                if (!_namesOlder && !IsClosing())
                {
                    _text.Given(at, call.Id, _calls.Next, call.Text.Span, IsAllDelivered());
                }
                break;
            case UserCallKind.Accept:
                _isAccepted = false;
                _acceptsAnother = _isOwn && (IsAnyOpen() || IsAnyOpening());
                if (!_acceptsAnother)
                {
                    BeginAccepted();
                }
                return;
            case UserCallKind.Listen or UserCallKind.StopListening or UserCallKind.Shutdown
                or UserCallKind.Close or UserCallKind.Abort:
                break;
        }
        // RFC 9293 §3.9.1: a call names a connection, and this one has no name yet.
        bool isOlder = _namesOlder && call.Kind != UserCallKind.Connect;
        _calls.Add(new PendingCall(at, call) { IsVoid = isOlder });
    }

    /// <summary>The user has opened or closed the listening socket of the connection.</summary>
    /// <remarks>Nobody can have a connection any more that was not accepted before; whether it is
    /// reset then, or forgotten, no RFC says.</remarks>
    public void ListenerChanged(bool listens)
    {
        _dirty = true;
        _isOrphan = !listens && !_isAccepted;
        GrantGivingUp(TimeSpan.MinValue);
    }

    private bool IsWaiting => _waiting is { Count: > 0 };

    // What a CONNECT, or a SETOPTION, that is refused leaves as it was.
    private sealed record Before(
        int Call, ConnectionOptions Options, TextBook Text, uint Read, bool ToldEnd,
        bool NamesOlder);

    private void BeginAccepted()
    {
        _acceptsAnother = false;
        _text.Accepted();
        _userRead = 0;
        _userToldEnd = false;
    }

    private void BeginConnect(UserCall call)
    {
        (_waiting ??= new(1)).Add(call);
        _before = new Before(
            call.Id, _options, _text, _userRead, _userToldEnd, _namesOlder);
        _options = ConnectionOptions.Default;
        _text = new TextBook { UserListens = true };
        _userRead = 0;
        _userToldEnd = false;
        _namesOlder = false;
    }

    private void EndConnect(UserCall call, bool refused)
    {
        if (_before is not Before before || before.Call != call.Id)
        {
            return;
        }
        _before = null;
        if (refused)
        {
            (_options, _text) = (before.Options, before.Text);
            (_userRead, _userToldEnd) = (before.Read, before.ToldEnd);
            _namesOlder = before.NamesOlder;
        }
    }

    /// <summary>A call has returned.</summary>
    public void CallReturned(TimeSpan at, UserCall call, UserResult result)
    {
        _waiting?.RemoveAll(w => w.Id == call.Id);
        _owedSince = null;
        if (_broken)
        {
            return;
        }
        _dirty = true;
        if (call.Kind == UserCallKind.Accept && result.Error == UserError.None)
        {
            if (_acceptsAnother)
            {
                BeginAccepted();
            }
            // One that ended before it was accepted may be what the user gets.
            _namesOlder = !IsAnyOpen();
            _isAccepted = !_namesOlder;
        }
        GrantGivingUp(at);
        if (call.Kind == UserCallKind.Send)
        {
            // One that succeeds has been taken whole.
            bool whole = result.Error == UserError.None;
            TakeBack(_text.Returned(call.Id, whole ? call.Text.Length : result.Count));
        }
        // A CONNECT that is refused at once: "connection already exists" (RFC 9293 §3.10.1).
        bool refused = call.Kind == UserCallKind.Connect
            && result.Error is (UserError.AddressInUse or UserError.InvalidAddress);
        _isMisnamed |= refused;
        if (call.Kind == UserCallKind.Connect)
        {
            EndConnect(call, refused);
        }
        if (call.Kind == UserCallKind.SetOption && result.Error != UserError.None
            && _before is Before before && before.Call == call.Id)
        {
            _options = before.Options; // "connection does not exist"
        }
        if (refused || (result.Error != UserError.None
            && call.Kind is (UserCallKind.Shutdown or UserCallKind.Close or UserCallKind.Abort)))
        {
            Void(call.Id);
        }
        ForceCall(at, call.Id);
        switch (call.Kind)
        {
            case UserCallKind.Receive:
                if (!_namesOlder)
                {
                    Received(at, result);
                }
                break;
            case UserCallKind.Connect:
                Filter(at, result, ConnectResult(result));
                break;
            case UserCallKind.Listen or UserCallKind.StopListening or UserCallKind.Accept
                or UserCallKind.Send or UserCallKind.Shutdown or UserCallKind.Close
                or UserCallKind.Abort or UserCallKind.SetOption
                or UserCallKind.AwaitUrgent:
                break;
        }
    }

    private bool IsAnyOpen()
    {
        for (int i = 0; i < _now.Count; i++)
        {
            // What is on its way to the IUT may have opened it.
            if (_now[i].State.IsSynchronized() || _now[i].SegmentsDone < _inputs.Next)
            {
                return true;
            }
        }
        return false;
    }

    private bool IsAnyOpening()
    {
        for (int i = 0; i < _now.Count; i++)
        {
            if (_now[i].State is TcpState.SynSent or TcpState.SynReceived)
            {
                return true;
            }
        }
        return false;
    }

    // RFC 9293 §3.10.2: after CLOSE nothing is taken any more.
    private bool IsClosing()
    {
        for (int n = _calls.First; n < _calls.Next; n++)
        {
            if (!_calls[n].IsVoid && _calls[n].Call.Kind
                is UserCallKind.Shutdown or UserCallKind.Close or UserCallKind.Abort)
            {
                return true;
            }
        }
        return _now[0].CloseAsked;
    }

    private bool IsAllDelivered()
    {
        for (int i = 0; i < _now.Count; i++)
        {
            if (_now[i].UserEnd > _now[i].SndUna)
            {
                return false;
            }
        }
        return true;
    }

    // RFC 9293 §3.10.2: a SEND that fails has given nothing to be sent, or only the beginning.
    private void TakeBack((int Number, uint Missing) send)
    {
        if (send.Missing == 0)
        {
            return;
        }
        if (send.Number >= _calls.First)
        {
            ref PendingCall pending = ref _calls[send.Number];
            ReadOnlyMemory<byte> text = pending.Call.Text[..^(int)send.Missing];
            pending = pending with { Call = pending.Call with { Text = text } };
        }
        for (int i = 0; i < _now.Count; i++)
        {
            ref Tcb t = ref _now[i];
            // It may have been made when there was nothing to send it on.
            if (t.CallsDone > send.Number && t.UserOctets >= send.Missing)
            {
                t.UserOctets -= send.Missing;
            }
        }
    }

    // RFC 9293 §3.10.4, §3.10.5: "error: connection does not exist", and nothing else happens.
    private void Void(int id)
    {
        for (int n = _calls.First; n < _calls.Next; n++)
        {
            if (_calls[n].Call.Id == id)
            {
                _calls[n] = _calls[n] with { IsVoid = true };
            }
        }
    }

    // The IUT has processed the call by the time it returns.
    private void ForceCall(TimeSpan at, int id)
    {
        int last = -1;
        for (int n = _calls.First; n < _calls.Next; n++)
        {
            last = _calls[n].Call.Id == id ? n : last;
        }
        if (last < 0)
        {
            return;
        }
        StartFrontier();
        do
        {
            for (int i = 0; i < Frontier.Count; i++)
            {
                ref Tcb before = ref Frontier[i];
                if (before.CallsDone > last)
                {
                    Next.Add(in before);
                    continue;
                }
                StepCall(in before, Later);
                // What was on its way may have been there before the call. For a SEND that makes
                // no difference, as text only waits in a queue.
                if (before.SegmentsDone < _inputs.Next
                    && _calls[before.CallsDone].Call.Kind != UserCallKind.Send)
                {
                    Step(in before, Later);
                }
            }
        }
        while (MoveFrontier());
        _now.Replace(Next);
        Next.Clear();
        AfterReplace(at);
    }

    private void Received(TimeSpan at, UserResult result)
    {
        uint count = (uint)result.Text.Length;
        if (count > 0 && !_text.IsFromPeer(_now[0].Irs, (int)_userRead, result.Text.Span))
        {
            uint wrong = count;
            Broken(RuleId.UserTextWrong, at, () => $"The user got {wrong} octets that differ.");
            return;
        }
        if (result.Error == UserError.None)
        {
            Filter(
                at, result,
                result.EndOfStream ? EndOfStream(_userRead) : Text(_userRead + count),
                mayOvertake: true);
            _userRead += count;
            _userToldEnd |= result.EndOfStream;
        }
        else if (!_userToldEnd)
        {
            Filter(at, result, ErrorResult(result.Error));
            _userToldEnd = true;
        }
    }

    private static Check Text(uint upTo) => (in Tcb t) =>
        t.TextTaken >= upTo ? RuleId.None : RuleId.UserTextInvented;

    private Check EndOfStream(uint read)
    {
        bool toldBefore = _userToldEnd;
        return (in Tcb t) => toldBefore || t.Aborted || t.UserGone ? RuleId.None
            : !t.FinReceived ? RuleId.UserEndWithoutFin
            : t.TextTaken > read ? RuleId.UserEndBeforeText
            : RuleId.None;
    }

    private Check ConnectResult(UserResult result) => result.Error == UserError.None
        ? (in Tcb t) => t.State.IsSynchronized() || t.WasReset || t.FinAcked
            ? RuleId.None
            : RuleId.UserErrorUnfounded
        : ErrorResult(result.Error);

    private Check ErrorResult(UserError error) => error switch
    {
        UserError.Reset or UserError.Refused => (in Tcb t) =>
            t.WasReset || t.Aborted || t.MayBeGone ? RuleId.None : RuleId.UserErrorUnfounded,
        UserError.TimedOut => (in Tcb t) =>
            t.MayBeGone || t.WasReset ? RuleId.None
                : t.State == TcpState.SynSent ? RuleId.GaveUpSynTooEarly
                : t.Flight == 0 && _options.KeepAlive ? RuleId.KeepAliveOneIsDeath
                : RuleId.GaveUpTooEarly,
        // RFC 9293 §3.10.3, §3.9.2.2: there is a connection, it isn't closing, and no router has
        // said that the peer can't be reached.
        UserError.Unreachable or UserError.Closing or UserError.NotConnected => (in Tcb t) =>
            IsAtWork(in t) ? RuleId.UserErrorUnfounded : RuleId.None,
        _ => (in Tcb t) => RuleId.None,
    };

    private bool IsAtWork(in Tcb t) => t.State == TcpState.Established && !t.MayBeGone
        && !t.CloseAsked && !t.UserGone && !_icmpCame && !_isMisnamed && (_isAccepted || _isOwn);

    private delegate RuleId Check(in Tcb tcb);

    // The result of a call is evidence like a segment: only histories that explain it remain. In
    // real time what a user was given may overtake segments that went out before, as user and link
    // are two ways: then it is enough that one explains it. Nothing is lost by that: what was taken
    // stays so, and in the time that an IUT has all of them come to it.
    private void Filter(
        TimeSpan at, UserResult result, Check check, bool mayOvertake = false)
    {
        Failure failure = new();
        StartFrontier();
        do
        {
            for (int i = 0; i < Frontier.Count; i++)
            {
                RuleId rule = check(in Frontier[i]);
                if (rule == RuleId.None)
                {
                    Next.Add(in Frontier[i]);
                }
                else
                {
                    failure.Note(in Frontier[i], rule, _inputs.Next);
                    Expand(i);
                }
            }
        }
        while (MoveFrontier());
        if (Next.Count == 0)
        {
            Broken(failure.Rule, at, Told(result), failure.State);
            return;
        }
        if (mayOvertake && Ixit.Latency > TimeSpan.Zero && HypothesisSet.IsAnyClean(Next))
        {
            Next.Clear();
            return;
        }
        _now.Replace(Next);
        AfterReplace(at);
        if (!_now.AnyClean)
        {
            Deviated(_now[0].Deviation, at, Told(result));
        }
    }

    private static Func<string> Told(UserResult result) => () =>
        $"The user was told: {(result.EndOfStream ? "end of stream" : result.Error)}"
        + $", {result.Text.Length} octets.";

    private TimeSpan? UserDeadline()
    {
        if (!IsWaiting || Owed() == RuleId.None)
        {
            return null;
        }
        return _owedSince is TimeSpan since ? since + Patience + Ixit.Latency : TimeSpan.Zero;
    }

    private void JudgeUser(TimeSpan now)
    {
        RuleId owed = IsWaiting ? Owed() : RuleId.None;
        if (owed == RuleId.None)
        {
            _owedSince = null;
            return;
        }
        _owedSince ??= now;
        if (now - _lateness >= _owedSince + Patience + Ixit.Latency)
        {
            Broken(owed, now, () => "The call has not returned.");
        }
    }

    private static bool ClosedInSynSent(in Tcb t) => t.State == TcpState.Closed
        && t.CloseAsked && t.IssKnown && t.SndUna == t.Iss && t.PeerMss == 0 && !t.WasReset;

    // What every conforming history would tell a user who waits.
    private RuleId Owed()
    {
        RuleId owed = RuleId.None;
        if (_namesOlder)
        {
            return owed;
        }
        bool receiving = _waiting!.Exists(w => w.Kind == UserCallKind.Receive);
        bool connecting = _waiting.Exists(w => w.Kind == UserCallKind.Connect);
        bool anyClean = _now.AnyClean;
        for (int i = 0; i < _now.Count; i++)
        {
            ref Tcb t = ref _now[i];
            if (anyClean && t.Deviation != RuleId.None)
            {
                continue;
            }
            RuleId here = t.SegmentsDone < _inputs.Next ? RuleId.None
                : receiving && t.Aborted && !t.FinReceived && t.CallsDone == _calls.Next
                    ? RuleId.AbortUntold
                : receiving && ClosedInSynSent(in t) && t.CallsDone == _calls.Next
                    ? RuleId.CloseUntold
                : t.WasReset && !t.Aborted && !t.UserGone
                    ? connecting && t.PeerMss > 0 ? RuleId.RefusalUntold : RuleId.UserNotToldReset
                : connecting ? RuleId.None
                : t.TextTaken > _userRead ? RuleId.UserTextNotDelivered
                : t.FinReceived ? RuleId.UserNotToldEnd
                : RuleId.None;
            if (here == RuleId.None)
            {
                return RuleId.None;
            }
            owed = here;
        }
        return owed;
    }
}
