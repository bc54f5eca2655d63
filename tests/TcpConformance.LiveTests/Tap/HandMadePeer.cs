using NUnit.Framework;
using TcpConformance.Tap;
using TcpConformance.Wire;

namespace TcpConformance.LiveTests.Tap;

/// <summary>One end of a connection, every segment of which is made by hand.</summary>
internal sealed class HandMadePeer(LiveLink link, IpAddress address, ushort port, ushort iutPort)
{
    private readonly LinkPlan _plan = link.Network.Plan;

    public ushort Port => port;

    public SeqNumber SndNxt { get; set; } = new(1000);

    public SeqNumber RcvNxt { get; set; }

    private IpAddress Iut => address.IsV6 ? _plan.IutV6 : _plan.IutV4;

    public void Send(TcpFlags flags, string text = "", ushort urgentPointer = 0)
    {
        var segment = new Segment
        {
            SourcePort = port,
            DestinationPort = iutPort,
            Seq = SndNxt,
            Ack = RcvNxt,
            Flags = flags,
            Window = 60000,
            UrgentPointer = urgentPointer,
            Text = System.Text.Encoding.ASCII.GetBytes(text),
        };
        SndNxt += segment.SegLen;
        byte[] frame = EthernetWriter.Frame(
            _plan.IutMac, _plan.TesterMac, PacketWriter.Packet(address, Iut, segment));
        Assert.That(link.Network.Link.Write(frame), Is.EqualTo(TapResult.Frame));
    }

    /// <summary>The next segment of this connection from the IUT, with its text.</summary>
    public Came Receive() => link.Frame(Read);

    private Came? Read(byte[] frame)
    {
        PacketView packet = PacketView.Read(frame.AsSpan(14));
        if (packet.Defect != PacketDefect.None || packet.Protocol != (byte)IpProtocol.Tcp
            || packet.Destination != address)
        {
            return null;
        }
        SegmentView segment = SegmentView.Read(packet.Payload);
        if (segment.Header.DestinationPort != port)
        {
            return null;
        }
        string text = System.Text.Encoding.ASCII.GetString(segment.Text);
        return new Came(segment.Header.Flags, segment.Header.Seq, segment.Header.Ack, text);
    }

    /// <summary>The three-way handshake, begun by us.</summary>
    public void Connect()
    {
        Send(TcpFlags.Syn);
        Came answer = Receive();
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Syn | TcpFlags.Ack));
        Assert.That(answer.Ack, Is.EqualTo(SndNxt));
        RcvNxt = answer.Seq + 1;
        Send(TcpFlags.Ack);
    }

    internal sealed record Came(TcpFlags Flags, SeqNumber Seq, SeqNumber Ack, string Text);
}
