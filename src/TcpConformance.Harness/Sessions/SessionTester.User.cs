using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness.Sessions;

/// <content>The user calls on the IUT's side.</content>
internal sealed partial class SessionTester
{
    private const int MostReceived = 65536;

    /// <summary>A user call has returned.</summary>
    public void OnReply(UserCall call, UserResult result)
    {
        if (!_ends.TryGetValue(call.Pair, out SessionEnd? end))
        {
            return;
        }
        SessionUser user = end.User;
        switch (call.Kind)
        {
            case UserCallKind.Connect or UserCallKind.Accept:
                user.IsOpen = result.Error == UserError.None;
                user.IsGone |= !user.IsOpen;
                Receive(end);
                break;
            case UserCallKind.Send:
                user.IsSending = false;
                break;
            case UserCallKind.Receive:
                user.IsReceiving = false;
                user.HasEnd |= result.EndOfStream || result.Error != UserError.None;
                user.IsGone |= result.Error != UserError.None;
                Receive(end);
                break;
            case UserCallKind.Listen or UserCallKind.StopListening or UserCallKind.Shutdown
                or UserCallKind.Close or UserCallKind.Abort or UserCallKind.AwaitUrgent
                or UserCallKind.SetOption:
                break;
        }
    }

    private void Ask(SessionEnd end, UserCallKind kind)
    {
        if (end.User.HasAsked)
        {
            return;
        }
        end.User.HasAsked = true;
        Call(id => new UserCall(id, kind, end.Pair));
    }

    // A pair of sockets names one connection: the user gives up the one before.
    private bool GiveUp(OpenStep open, SessionEnd? last)
    {
        if (open.Place != OpenPlace.SamePair
            || last?.User is not { IsOpen: true, IsGone: false } user)
        {
            return false;
        }
        user.IsGone = true;
        Call(id => new UserCall(id, UserCallKind.Abort, last.Pair));
        return true;
    }

    private void Receive(SessionEnd end)
    {
        if (end.Open.Reads)
        {
            Receive(end, MostReceived);
        }
    }

    private void Receive(SessionEnd end, int count)
    {
        SessionUser user = end.User;
        if (user.IsOpen && !user.IsGone && !user.IsReceiving && !user.HasEnd)
        {
            user.IsReceiving = true;
            Call(id => new UserCall(id, UserCallKind.Receive, end.Pair) { Count = count });
        }
    }

    private void Play(CallStep step)
    {
        if (_current is not SessionEnd end)
        {
            return;
        }
        if (step.Kind == UserCallKind.StopListening)
        {
            if (_listening.Remove(end.Pair.Iut))
            {
                Call(id => new UserCall(id, step.Kind, new(end.Pair.Iut, default)));
            }
            return;
        }
        SessionUser user = end.User;
        // Before it has the connection, the user of an active OPEN may already close it, and send
        // (RFC 9293 §3.10.2, §3.10.4).
        bool mayCall = !user.IsGone
            && (user.IsOpen || (user.HasAsked && end.Open.Role != OpenRole.Passive));
        if (mayCall)
        {
            Make(step, end, user);
        }
    }

    private void Make(CallStep step, SessionEnd end, SessionUser user)
    {
        switch (step.Kind)
        {
            case UserCallKind.Send when !user.IsSending:
                int from = user.Given;
                user.Given += step.Count;
                user.IsSending = true;
                Call(id => new UserCall(id, step.Kind, end.Pair)
                {
                    Text = Octets.Stretch(step.Count, from),
                    Urgent = step.Urgent && profile.Claims.HasFlag(Spec.Profile.Claims.Urgent),
                });
                break;
            case UserCallKind.Receive:
                Receive(end, Math.Max(1, step.Count));
                break;
            case UserCallKind.Shutdown or UserCallKind.Close when user.IsSending:
                break; // a SEND that has not returned has not been queued before the CLOSE
            case UserCallKind.Shutdown:
                Call(id => new UserCall(id, step.Kind, end.Pair));
                break;
            case UserCallKind.Close or UserCallKind.Abort:
                user.IsGone = true;
                Call(id => new UserCall(id, step.Kind, end.Pair));
                break;
            case UserCallKind.SetOption:
                Call(id => new UserCall(id, step.Kind, end.Pair)
                {
                    Option = step.Option,
                    Value = step.Count,
                });
                break;
            case UserCallKind.Send or UserCallKind.Listen or UserCallKind.StopListening
                or UserCallKind.Connect or UserCallKind.Accept or UserCallKind.AwaitUrgent:
                break;
        }
    }
}
