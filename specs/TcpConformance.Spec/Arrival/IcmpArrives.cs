using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 9293 §3.9.2.2: ICMP messages about a connection.</summary>
public static class IcmpArrives
{
    /// <summary>Adds each history that may follow.</summary>
    /// <param name="before">The history so far.</param>
    /// <param name="soft">A soft error: the connection must live on (MUST-56).</param>
    /// <param name="hard">A hard error: it should end (SHLD-26), and may not (RFC 5927 §5.2).
    /// </param>
    /// <param name="mtu">The path's MTU in octets if the message tells it.</param>
    /// <param name="seq">Sequence number of the quoted segment.</param>
    /// <param name="c">Time and values.</param>
    /// <param name="after">Receives the histories.</param>
    public static void Process(
        in Tcb before, bool soft, bool hard, ushort? mtu, SeqNumber seq, in ArrivalContext c,
        Branches after)
    {
        after.Add(in before);
        bool outstanding = before.IssKnown && seq >= before.SndUna && seq < before.SndNxt;
        if (mtu is ushort path && outstanding)
        {
            LowerPath(in before, path, in c, after);
        }
        if (!soft && !hard)
        {
            return;
        }
        Tcb ended = before;
        Ending.ByReset(ref ended);
        ended.SilenceRule = RuleId.None;
        // RFC 5927 §4.1: only what quotes an outstanding number is believed.
        bool unsynchronized = !before.State.IsSynchronized();
        if (soft && !unsynchronized)
        {
            InSynSent.Deviate(ref ended, RuleId.SoftErrorAborts);
        }
        after.Add(in ended);
    }

    // TCP "should ignore any other notifications" than those that lower it (RFC 1191 §6.4).
    private static void LowerPath(
        in Tcb before, ushort path, in ArrivalContext c, Branches after)
    {
        // The least MTU of IPv4 (RFC 791) and of IPv6 (RFC 8200 §5); an old router tells none, and
        // how much less the path takes then is guessed (RFC 1191 §5).
        int least = Math.Max((int)path, c.IsV6 ? 1280 : 68);
        bool untold = path == 0 && !c.IsV6;
        int now = before.PathMtu == 0 ? c.Ixit.Mtu : before.PathMtu;
        if (!untold && least >= now)
        {
            return;
        }
        ref Tcb smaller = ref after.Add(in before);
        smaller.PathUntold |= untold;
        smaller.PathMtu = untold ? before.PathMtu : (ushort)least;
        smaller.PathLoweredAt = c.At;
        smaller.PathShrank = true;
        smaller.PathAgainFrom = before.SndUna;
        smaller.PathAgainBelow = before.SndNxt;
    }
}
