using System.Buffers.Binary;
using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Options of segments (RFC 9293 §3.2, RFC 7323, RFC 2018) and initial sequence
/// numbers (RFC 6528).</summary>
public class OptionDecisions
{
    private const byte LargestShift = 14;

    /// <summary>The options of a segment.</summary>
    /// <param name="tcb">The connection.</param>
    /// <param name="flags">The control bits that the segment shall have.</param>
    /// <param name="now">The time, for TSval.</param>
    public virtual TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
    {
        TcpOptions o = default;
        bool syn = flags.Has(TcpFlags.Syn);
        bool first = syn && !flags.Has(TcpFlags.Ack);
        if (syn)
        {
            ForSyn(tcb, first, ref o);
        }
        if (tcb.SndTsOk || (first && tcb.Options.Timestamps))
        {
            o.Present |= TcpOptionSet.Timestamps;
            o.TsVal = TsVal(tcb, now);
            // RFC 7323 §3.2: zero where the ACK bit is off.
            o.TsEcr = flags.Has(TcpFlags.Ack) ? tcb.TsRecent : 0;
        }
        if (!syn && !flags.Has(TcpFlags.Rst) && tcb.SackOk && tcb.Held.Count > 0)
        {
            ForSack(tcb, ref o);
        }
        return o;
    }

    /// <summary>MSS to announce: what the link takes without options (RFC 6691 §2).</summary>
    public virtual ushort OwnMss(Tcb tcb) => (ushort)Math.Clamp(
        tcb.Options.Mtu - IpHeader(tcb) - TcpHeader.MinimumLength, 0, ushort.MaxValue);

    /// <summary>The peer's MSS from its SYN, with the default (RFC 9293 §3.7.1, MUST-15).</summary>
    public virtual int PeerMss(Tcb tcb, in TcpHeader syn)
    {
        int absent = tcb.Pair.Tester.Address.IsV6 ? 1220 : 536;
        return syn.Options.Has(TcpOptionSet.Mss) ? syn.Options.Mss : absent;
    }

    /// <summary>Octets of text that fit into a segment beside so many octets of options (RFC 9293
    /// §3.7.1, MUST-16); one at least, or else a tiny MSS would stop the connection.</summary>
    public virtual int MaxText(Tcb tcb, int optionLength)
    {
        int path = tcb.PathMtu - IpHeader(tcb) - TcpHeader.MinimumLength;
        return Math.Max(1, Math.Min(tcb.SendMss, path) - optionLength);
    }

    /// <summary>The shift count to offer (RFC 7323 §2.2).</summary>
    public virtual byte OwnShift(Tcb tcb)
    {
        byte shift = 0;
        while (shift < LargestShift && tcb.RcvBuff >> shift > ushort.MaxValue)
        {
            shift++;
        }
        return Math.Min(LargestShift, tcb.Options.WindowShift ?? shift);
    }

    /// <summary>The peer's shift count: 14 where it says more (RFC 7323 §2.3).</summary>
    public virtual byte PeerShift(in TcpHeader syn) =>
        Math.Min(LargestShift, syn.Options.WindowScale);

    /// <summary>TSval: milliseconds and an offset per pair (RFC 7323 §5.4).</summary>
    public virtual uint TsVal(Tcb tcb, TimeSpan now) =>
        unchecked(tcb.TsOffset + (uint)(now.Ticks / TimeSpan.TicksPerMillisecond));

    /// <summary>The keyed hash of a pair: F() of RFC 6528 §3, more bits for timestamps.</summary>
    /// <remarks>Any pseudorandom function is good for it (RFC 6528 §3).</remarks>
    public virtual ulong Hash(SocketPair pair, byte[] key)
    {
        Span<byte> id = stackalloc byte[36];
        id.Clear();
        pair.Iut.Address.Write(id);
        pair.Tester.Address.Write(id[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(id[32..], pair.Iut.Port);
        BinaryPrimitives.WriteUInt16BigEndian(id[34..], pair.Tester.Port);
        return SipHash.Of(key, id);
    }

    /// <summary>ISN = M + F(pair, key) with M a clock of 4 µs (RFC 6528 §3, MUST-8).</summary>
    public virtual SeqNumber InitialSequenceNumber(ulong hash, TimeSpan now) =>
        new SeqNumber(unchecked((uint)hash)) + unchecked((uint)(now.Ticks / 40));

    private void ForSyn(Tcb tcb, bool first, ref TcpOptions o)
    {
        o.Present |= TcpOptionSet.Mss;
        o.Mss = OwnMss(tcb);
        if (first ? tcb.Options.WindowScale : tcb.SndWsOk)
        {
            o.Present |= TcpOptionSet.WindowScale;
            o.WindowScale = OwnShift(tcb);
        }
        if (first ? tcb.Options.Sack : tcb.SackOk)
        {
            o.Present |= TcpOptionSet.SackPermitted;
        }
    }

    // RFC 2018 §4: the first block holds the newest arrival, then the recent ones.
    private static void ForSack(Tcb tcb, ref TcpOptions o)
    {
        int limit = tcb.SndTsOk ? 3 : 4;
        ulong used = 0;
        for (int i = 0; i < 4 && o.SackCount < limit; i++)
        {
            AddBlock(tcb, tcb.Held.Find(tcb.Recent[i]), ref used, ref o);
        }
        for (int i = tcb.Held.Count - 1; i >= 0 && o.SackCount < limit; i--)
        {
            AddBlock(tcb, i, ref used, ref o);
        }
        if (o.SackCount > 0)
        {
            o.Present |= TcpOptionSet.Sack;
        }
    }

    private static void AddBlock(Tcb tcb, int index, ref ulong used, ref TcpOptions o)
    {
        if (index is < 0 or > 63 || (used >> index & 1) != 0
            || tcb.Held[index].Left <= tcb.RcvNxt)
        {
            return;
        }
        used |= 1ul << index;
        o.Sack[o.SackCount++] = tcb.Held[index];
    }

    private static int IpHeader(Tcb tcb) =>
        PacketWriter.HeaderLength(tcb.Pair.Tester.Address.IsV6);
}
