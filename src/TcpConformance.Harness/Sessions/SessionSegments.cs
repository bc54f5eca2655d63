using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>Makes the segments of a session's tester.</summary>
internal static class SessionSegments
{
    private const int MostOptions = 40;
    private const uint ClockStart = 1_000_000;

    /// <summary>The tester's timestamp clock: it ticks in milliseconds.</summary>
    public static uint Clock(TimeSpan now) =>
        (new SeqNumber(ClockStart) + (uint)now.TotalMilliseconds).Value;

    /// <summary>The segment of a step.</summary>
    public static Segment Of(SegmentStep s, SessionEnd end, TimeSpan now)
    {
        SeqNumber seq = end.SeqOf(s);
        bool syn = s.Flags.HasAny(TcpFlags.Syn);
        // A data offset of 15 words shall point behind the segment.
        bool isShort = s.Fault == SegmentFault.OffsetLarge;
        int length = isShort ? Math.Min(s.Length, 20) : s.Length;
        ReadOnlyMemory<byte> text = Text(end, syn ? seq + 1 : seq, length);
        bool noFin = s.Flags.HasAny(TcpFlags.Fin) && !s.Flags.HasAny(TcpFlags.Rst)
            && end.ContradictsFin(seq + (text.Length + (syn ? 1 : 0)));
        return new Segment
        {
            SourcePort = end.Pair.Tester.Port,
            DestinationPort = end.Pair.Iut.Port,
            Seq = seq,
            Ack = s.Flags.Has(TcpFlags.Ack) ? end.AckOf(s) : default,
            Flags = noFin ? s.Flags & ~TcpFlags.Fin : s.Flags,
            Window = s.Window ?? end.Window,
            UrgentPointer = s.Urgent,
            Options = isShort ? default(ReadOnlyMemory<byte>) : Options(s, end, now),
            Text = text,
            DataOffset = s.Fault switch
            {
                SegmentFault.OffsetSmall => 4,
                SegmentFault.OffsetLarge => 15,
                SegmentFault.None or SegmentFault.Checksum or SegmentFault.Cut
                    or SegmentFault.Source => null,
            },
            CutTo = s.Fault == SegmentFault.Cut ? 17 : null,
        };
    }

    /// <summary>The packet of a segment.</summary>
    public static byte[] Packet(SessionEnd end, Segment segment, SegmentFault fault)
    {
        IpAddress from = fault == SegmentFault.Source && !end.Pair.Iut.Address.IsV6
            ? IpAddress.V4(uint.MaxValue)
            : end.Pair.Tester.Address;
        byte[] packet = PacketWriter.Packet(from, end.Pair.Iut.Address, segment);
        if (fault == SegmentFault.Checksum)
        {
            packet[PacketWriter.HeaderLength(from.IsV6) + 16] ^= 0x55;
        }
        return packet;
    }

    // The stream ends where the FIN stood, as far as the IUT may still be waiting for it.
    private static ReadOnlyMemory<byte> Text(SessionEnd end, SeqNumber from, int length)
    {
        if (end.Fin is SeqNumber fin && end.SndUna <= fin && from + length > fin)
        {
            length = Math.Clamp(fin - from, 0, length);
        }
        return Octets.Stretch(length, end.PlaceOf(from));
    }

    private static byte[] Options(SegmentStep s, SessionEnd end, TimeSpan now)
    {
        if (s.Options.Count == 1 && s.Options[0].Kind == StepOptionKind.Auto)
        {
            return Auto(s.Flags, end, now);
        }
        return Listed(s, end, now);
    }

    private static byte[] Listed(SegmentStep s, SessionEnd end, TimeSpan now)
    {
        Span<byte> all = stackalloc byte[MostOptions];
        int length = 0;
        for (int i = 0; i < s.Options.Count; i++)
        {
            OptionBytes option = Of(s.Options[i], s.Flags, end, now);
            int fits = Math.Min(option.Span.Length, MostOptions - length);
            option.Span[..fits].CopyTo(all[length..]);
            length += fits;
        }
        return all[..length].ToArray();
    }

    private static OptionBytes Of(
        StepOption o, TcpFlags flags, SessionEnd end, TimeSpan now) => o.Kind switch
        {
            StepOptionKind.Auto => OptionBytes.Of(Auto(flags, end, now)),
            StepOptionKind.Mss => OptionBytes.Mss((ushort)(o.A & 0xffff)),
            StepOptionKind.Shift => OptionBytes.WindowScale((byte)(o.A & 0xff)),
            StepOptionKind.SackOk => OptionBytes.SackPermitted(),
            StepOptionKind.Ts => OptionBytes.Nop(2) + OptionBytes.Timestamps(
                (new SeqNumber(Clock(now)) + o.A).Value,
                (new SeqNumber(flags.Has(TcpFlags.Ack) ? end.TsRecent : 0) + o.B).Value),
            StepOptionKind.Sack => OptionBytes.Nop(2) + OptionBytes.Sack(
                new SackBlock(end.LastAck + o.A, end.LastAck + o.B)),
            StepOptionKind.Kind => OptionBytes.Unknown(
                (byte)(o.A & 0xff), new byte[Math.Clamp(o.B, 0, MostOptions - 2)]),
            StepOptionKind.Length => OptionBytes.Raw((byte)(o.A & 0xff), (byte)(o.B & 0xff)),
            StepOptionKind.Nop => OptionBytes.Nop(Math.Clamp(o.A, 0, MostOptions)),
            StepOptionKind.End => OptionBytes.EndOfList(),
        };

    private static byte[] Auto(TcpFlags flags, SessionEnd end, TimeSpan now)
    {
        var o = new TcpOptions();
        OpenStep open = end.Open;
        bool syn = flags.Has(TcpFlags.Syn);
        // In a SYN,ACK only what the SYN had (RFC 7323 §2.2, §3.2; RFC 2018 §2).
        bool answer = syn && end.IutOffer is not null;
        if (syn && open.Mss is ushort mss)
        {
            o.Present |= TcpOptionSet.Mss;
            o.Mss = mss;
        }
        if (syn && open.Shift is byte shift && (!answer || end.ShiftOn))
        {
            o.Present |= TcpOptionSet.WindowScale;
            o.WindowScale = shift;
        }
        if (syn && open.Sack && (!answer || end.SackOn))
        {
            o.Present |= TcpOptionSet.SackPermitted;
        }
        if (open.Timestamps && (end.TimestampsOn || (syn && !answer)) && !flags.Has(TcpFlags.Rst))
        {
            o.Present |= TcpOptionSet.Timestamps;
            o.TsVal = Clock(now);
            o.TsEcr = flags.Has(TcpFlags.Ack) ? end.TsRecent : 0;
        }
        if (flags.Has(TcpFlags.Ack) && !syn && !flags.Has(TcpFlags.Rst))
        {
            AddSack(end, ref o);
        }
        byte[] octets = new byte[OptionWriter.Length(o)];
        OptionWriter.Write(o, octets);
        return octets;
    }

    private static void AddSack(SessionEnd end, ref TcpOptions o)
    {
        foreach (SackBlock block in end.SackBlocks())
        {
            o.Present |= TcpOptionSet.Sack;
            o.Sack[o.SackCount++] = block;
        }
    }
}
