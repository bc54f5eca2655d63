using TcpConformance.Harness.Running;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Lower;

/// <summary>The lower tester's end of one connection: it sends and sees segments, and keeps
/// the variables of RFC 9293 §3.3.1 for convenience, never deciding anything by itself.</summary>
public sealed partial class Peer
{
    private readonly CaseContext _context;
    private readonly Queue<ReceivedSegment> _received = new();
    private readonly CaseSignal _arrival = new();
    private SocketAddress _iutSocket;
    private ushort _identification;
    private SeqNumber _sndMax;

    internal Peer(
        CaseContext context, SocketAddress socket, SocketAddress iutSocket, PeerOptions options)
    {
        _context = context;
        Socket = socket;
        _iutSocket = iutSocket;
        Options = options;
        Iss = options.Iss ?? new SeqNumber((uint)context.Random.NextInt64(1L << 32));
        SndNxt = Iss;
        _sndMax = Iss;
        SndUna = Iss;
        RcvWnd = options.Window;
    }

    /// <summary>What was asked for when the peer was made.</summary>
    public PeerOptions Options { get; }

    /// <summary>The tester's socket.</summary>
    public SocketAddress Socket { get; }

    /// <summary>The IUT's socket; port 0 until the IUT's first segment tells it.</summary>
    public SocketAddress IutSocket => _iutSocket;

    /// <summary>The connection.</summary>
    public SocketPair Pair => new(_iutSocket, Socket);

    /// <summary>The tester's initial sequence number.</summary>
    public SeqNumber Iss { get; set; }

    /// <summary>The tester's next sequence number.</summary>
    public SeqNumber SndNxt { get; set; }

    /// <summary>The oldest that the IUT has not acknowledged in a segment taken so far.</summary>
    public SeqNumber SndUna { get; set; }

    /// <summary>The window that the IUT offered last, scaled, in octets.</summary>
    public uint SndWnd { get; set; }

    /// <summary>The IUT's initial sequence number, once its SYN has been taken.</summary>
    public SeqNumber Irs { get; set; }

    /// <summary>The next sequence number expected from the IUT: what ACKs carry.</summary>
    public SeqNumber RcvNxt { get; set; }

    /// <summary>The window to advertise, in octets; scaled where both ends agreed to.</summary>
    public uint RcvWnd { get; set; }

    /// <summary>The IUT's SYN, once taken.</summary>
    public ReceivedSegment? IutSyn { get; private set; }

    /// <summary>The largest text that the IUT takes: its MSS option, or the default of
    /// RFC 9293 §3.7.1 (536 octets; 1220 for IPv6).</summary>
    public int SendMss => IutSyn is { } syn && syn.Header.Options.Has(TcpOptionSet.Mss)
        ? syn.Header.Options.Mss
        : Socket.Address.IsV6 ? 1220 : 536;

    /// <summary>Whether both ends offered timestamps (RFC 7323 §3.2).</summary>
    public bool TimestampsOn => Options.Timestamps && IutOffered(TcpOptionSet.Timestamps);

    /// <summary>Whether both ends offered window scale (RFC 7323 §2.2).</summary>
    public bool WindowScaleOn =>
        Options.WindowScale is not null && IutOffered(TcpOptionSet.WindowScale);

    /// <summary>Whether both ends permitted SACK (RFC 2018 §2).</summary>
    public bool SackOn => Options.Sack && IutOffered(TcpOptionSet.SackPermitted);

    /// <summary>TSval of the IUT's newest segment in order: what TSecr echoes.</summary>
    public uint TsRecent { get; set; }

    /// <summary>The timestamp clock now: it ticks in milliseconds.</summary>
    public uint TsClock =>
        (new SeqNumber(Options.TimestampStart) + (uint)_context.Now.TotalMilliseconds).Value;

    /// <summary>The last segment sent.</summary>
    public SentSegment? LastSent { get; private set; }

    /// <summary>Segments that have come and have not been taken.</summary>
    public int Unread => _received.Count;

    /// <summary>Whether a RST has been sent or taken.</summary>
    internal bool IsReset { get; private set; }

    /// <summary>Sends a segment; what isn't given comes from the variables.</summary>
    /// <param name="flags">Control bits; ACK is never added.</param>
    /// <param name="seq">SEG.SEQ; null: <see cref="SndNxt"/>.</param>
    /// <param name="ack">SEG.ACK; null: <see cref="RcvNxt"/> if flags have ACK.</param>
    /// <param name="text">The text.</param>
    /// <param name="window">The window field; null: <see cref="RcvWnd"/>, scaled.</param>
    /// <param name="options">Option octets; null: <see cref="OptionOctets"/>.</param>
    /// <param name="urgentPointer">The urgent pointer; URG is not added.</param>
    /// <param name="advance">Whether a segment at SndNxt moves it.</param>
    public SentSegment Send(
        TcpFlags flags, SeqNumber? seq = null, SeqNumber? ack = null,
        ReadOnlyMemory<byte> text = default, ushort? window = null,
        ReadOnlyMemory<byte>? options = null, ushort urgentPointer = 0, bool advance = true)
    {
        Segment segment = Make(flags, seq, ack, text) with { UrgentPointer = urgentPointer };
        if (window is ushort w)
        {
            segment = segment with { Window = w };
        }
        if (options is ReadOnlyMemory<byte> o)
        {
            segment = segment with { Options = o };
        }
        SentSegment sent = SendRaw(segment);
        if (advance && segment.Seq == SndNxt)
        {
            SndNxt = sent.End;
            _sndMax = SeqNumber.Max(_sndMax, SndNxt);
        }
        return sent;
    }

    /// <summary>A segment as <see cref="Send"/> would send it, for changing it with
    /// <c>with</c> before <see cref="SendRaw"/>.</summary>
    public Segment Make(
        TcpFlags flags, SeqNumber? seq = null, SeqNumber? ack = null,
        ReadOnlyMemory<byte> text = default) => new()
        {
            SourcePort = Socket.Port,
            DestinationPort = _iutSocket.Port,
            Seq = seq ?? SndNxt,
            Ack = ack ?? (flags.Has(TcpFlags.Ack) ? RcvNxt : default),
            Flags = flags,
            Window = WindowField(flags.Has(TcpFlags.Syn)),
            Options = OptionOctets(flags),
            Text = text,
        };

    /// <summary>Sends a segment as it is, malformed ones too; no variable moves.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="trafficClass">DSCP and ECN bits.</param>
    public SentSegment SendRaw(Segment segment, byte trafficClass = 0)
    {
        byte[] packet = PacketOf(segment, trafficClass);
        var sent = new SentSegment(_context.Now, segment, packet);
        IsReset |= segment.Flags.Has(TcpFlags.Rst);
        LastSent = sent;
        _context.SendPacket(packet, Pair);
        return sent;
    }

    private byte[] PacketOf(Segment segment, byte trafficClass)
    {
        byte[] octets = segment.ToBytes(Socket.Address, _iutSocket.Address);
        int header = PacketWriter.HeaderLength(Socket.Address.IsV6);
        byte[] packet = new byte[header + octets.Length];
        octets.CopyTo(packet, header);
        PacketWriter.WriteHeader(
            packet, Socket.Address, _iutSocket.Address, IpProtocol.Tcp,
            unchecked(_identification++), trafficClass);
        return packet;
    }

    /// <summary>Sends the same octets again.</summary>
    public void Resend(SentSegment sent) => _context.SendPacket(sent.Packet, Pair);

    /// <summary>An ACK of all that has been taken.</summary>
    public SentSegment SendAck(SeqNumber? ack = null, ushort? window = null) =>
        Send(TcpFlags.Ack, ack: ack, window: window);

    /// <summary>A SYN at ISS.</summary>
    public SentSegment SendSyn() => Send(TcpFlags.Syn, seq: Iss);

    /// <summary>Text with ACK and PSH.</summary>
    public SentSegment SendText(ReadOnlyMemory<byte> text, SeqNumber? seq = null) =>
        Send(TcpFlags.Ack | TcpFlags.Psh, seq: seq, text: text);

    /// <summary>So many octets that <see cref="Octets.Pattern"/> makes, from the place in the
    /// stream where SndNxt stands.</summary>
    public SentSegment SendText(int octets) =>
        SendText(Octets.Pattern(octets, SndNxt - (Iss + 1)));

    /// <summary>A FIN with ACK.</summary>
    public SentSegment SendFin() => Send(TcpFlags.Fin | TcpFlags.Ack);

    /// <summary>A RST.</summary>
    public SentSegment SendRst(SeqNumber? seq = null) => Send(TcpFlags.Rst, seq: seq);

    /// <summary>An ICMP error that quotes a segment of the IUT.</summary>
    /// <param name="kind">What it says.</param>
    /// <param name="code">Code, see <see cref="UnreachableCode"/>.</param>
    /// <param name="quoted">The segment of the IUT.</param>
    /// <param name="parameter">The four octets behind the checksum: MTU or pointer.</param>
    /// <param name="from">Who reports; null: the tester itself.</param>
    public void SendIcmp(
        IcmpKind kind, byte code, ReceivedSegment quoted, uint parameter = 0,
        IpAddress? from = null) =>
        SendIcmp(kind, code, quoted.Packet, parameter, from);

    /// <summary>An ICMP error that quotes whatever is given.</summary>
    /// <param name="kind">What it says.</param>
    /// <param name="code">Code, see <see cref="UnreachableCode"/>.</param>
    /// <param name="quoted">An IP packet that the IUT sent, or a changed one.</param>
    /// <param name="parameter">The four octets behind the checksum: MTU or pointer.</param>
    /// <param name="from">Who reports; null: the tester itself.</param>
    public void SendIcmp(
        IcmpKind kind, byte code, ReadOnlyMemory<byte> quoted, uint parameter = 0,
        IpAddress? from = null)
    {
        IpAddress source = from ?? Socket.Address;
        IpAddress iut = _iutSocket.Address;
        byte[] message = iut.IsV6
            ? IcmpWriter.ErrorV6(source, iut, kind, code, quoted.Span, parameter)
            : IcmpWriter.ErrorV4(kind, code, quoted.Span, parameter);
        int header = PacketWriter.HeaderLength(iut.IsV6);
        byte[] packet = new byte[header + message.Length];
        message.CopyTo(packet, header);
        PacketWriter.WriteHeader(
            packet, source, iut, iut.IsV6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp);
        _context.SendPacket(packet, Pair);
    }

    /// <summary>The option octets that a segment with these flags carries by default.</summary>
    /// <param name="flags">A SYN carries what <see cref="Options"/> offers.</param>
    /// <param name="sack">SACK blocks.</param>
    public byte[] OptionOctets(TcpFlags flags, params SackBlock[] sack)
    {
        var o = new TcpOptions();
        bool syn = flags.Has(TcpFlags.Syn);
        // In a SYN,ACK only what the SYN had (RFC 7323 §2.2, §3.2; RFC 2018 §2).
        bool answer = syn && IutSyn is not null;
        if (syn && Options.Mss is ushort mss)
        {
            o.Present |= TcpOptionSet.Mss;
            o.Mss = mss;
        }
        if (syn && Options.WindowScale is byte shift && (!answer || WindowScaleOn))
        {
            o.Present |= TcpOptionSet.WindowScale;
            o.WindowScale = shift;
        }
        if (syn && Options.Sack && (!answer || SackOn))
        {
            o.Present |= TcpOptionSet.SackPermitted;
        }
        if (Options.Timestamps && (TimestampsOn || (syn && !answer))
            && !flags.Has(TcpFlags.Rst))
        {
            o.Present |= TcpOptionSet.Timestamps;
            o.TsVal = TsClock;
            o.TsEcr = flags.Has(TcpFlags.Ack) ? TsRecent : 0;
        }
        for (int i = 0; i < sack.Length; i++)
        {
            o.Present |= TcpOptionSet.Sack;
            o.Sack[i] = sack[i];
            o.SackCount = (byte)(i + 1);
        }
        byte[] octets = new byte[OptionWriter.Length(o)];
        OptionWriter.Write(o, octets);
        return octets;
    }

    /// <summary>The window field for <see cref="RcvWnd"/>; never scaled in a SYN.</summary>
    public ushort WindowField(bool syn)
    {
        int shift = !syn && WindowScaleOn ? Options.WindowScale!.Value : 0;
        return (ushort)Math.Min(65535u, RcvWnd >> shift);
    }

    private bool IutOffered(TcpOptionSet option) =>
        IutSyn is not null && IutSyn.Header.Options.Has(option);

    internal bool Claims(ReceivedSegment s) => s.Pair.Tester == Socket
        && s.Pair.Iut.Address == _iutSocket.Address
        && (s.Pair.Iut.Port == _iutSocket.Port || _iutSocket.Port == 0);

    internal void Enqueue(ReceivedSegment segment)
    {
        if (_iutSocket.Port == 0)
        {
            _iutSocket = segment.Pair.Iut;
        }
        _received.Enqueue(segment);
        _arrival.Raise();
    }

    /// <summary>Moves the variables by a segment that the case has taken.</summary>
    private void Observe(ReceivedSegment s)
    {
        if (s.Has(TcpFlags.Syn) && (IutSyn is null || s.Seq != Irs))
        {
            IutSyn = s;
            Irs = s.Seq;
            RcvNxt = s.Seq;
            TsRecent = s.Header.Options.TsVal;
        }
        IsReset |= s.Has(TcpFlags.Rst);
        bool inOrder = s.Seq <= RcvNxt && s.End >= RcvNxt && !s.Has(TcpFlags.Rst);
        if (inOrder)
        {
            RcvNxt = s.End;
            TsRecent = s.Header.Options.Has(TcpOptionSet.Timestamps)
                ? s.Header.Options.TsVal
                : TsRecent;
        }
        if (s.Has(TcpFlags.Ack) && !s.Has(TcpFlags.Rst))
        {
            SndUna = s.Ack > SndUna && s.Ack <= _sndMax ? s.Ack : SndUna;
            int shift = WindowScaleOn && !s.Has(TcpFlags.Syn)
                ? Math.Min((int)IutSyn!.Header.Options.WindowScale, 14)
                : 0;
            SndWnd = (uint)s.Window << shift;
        }
    }
}
