using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness;

/// <content>What is done after the body in real time, so that the case leaves nothing behind.
/// </content>
public sealed partial class CaseContext
{
    /// <summary>Resets and aborts what the case has opened; nothing of it is judged.</summary>
    internal void Postamble()
    {
        IsOver = true;
        foreach (Peer peer in _peers)
        {
            peer.TakeUnread();
            if (!peer.IsReset && peer.IutSyn is not null)
            {
                peer.SendRst();
            }
        }
        foreach (IutConnection c in Upper.Connections.Where(c => !c.IsReleased))
        {
            Forget(id => new UserCall(id, UserCallKind.Abort, c.Pair));
        }
        foreach (Listener l in Upper.Listeners.Where(l => !l.IsStopped))
        {
            Forget(id => new UserCall(
                id, UserCallKind.StopListening, new SocketPair(l.Socket, default)));
        }
    }

    private void Forget(Func<int, UserCall> make) => _iut.Call(make(NextCallId()));
}
