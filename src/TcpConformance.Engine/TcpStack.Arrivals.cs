using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Arriving packets: to which connection or listener they belong.</summary>
public sealed partial class TcpStack
{
    /// <summary>An IPv4 or IPv6 packet arrives: TCP, or an ICMP error that quotes a
    /// segment. Anything else is dropped.</summary>
    public void Receive(ReadOnlySpan<byte> ipPacket, TimeSpan now)
    {
        PacketView packet = PacketView.Read(ipPacket);
        // RFC 9293 §3.9.2.3 (MUST-57, MUST-63): not addressed to us alone, or from no one.
        if (packet.Defect != PacketDefect.None || !IsOwn(packet.Destination)
            || packet.Source.IsMulticastOrBroadcast || IsUnspecified(packet.Source))
        {
            return;
        }
        if (packet.Protocol == (byte)IpProtocol.Tcp)
        {
            ReceiveSegment(in packet, now);
        }
        else if (packet.Protocol is (byte)IpProtocol.Icmp or (byte)IpProtocol.IcmpV6)
        {
            ReceiveIcmp(in packet, now);
        }
    }

    private void ReceiveSegment(in PacketView packet, TimeSpan now)
    {
        SegmentView view = SegmentView.Read(packet.Payload);
        // MUST-3: a bad checksum is dropped without a word.
        if (view.Defect.IsFatal()
            || !Checksum.IsValid(packet.Source, packet.Destination, packet.Payload))
        {
            return;
        }
        SocketPair pair = new(
            new SocketAddress(packet.Destination, view.Header.DestinationPort),
            new SocketAddress(packet.Source, view.Header.SourcePort));
        TcpConnection? connection = _latest;
        if (connection is null || !SocketPairComparer.Same(in connection.PairField, in pair))
        {
            connection = _connections.GetValueOrDefault(pair);
            _latest = connection;
        }
        if (connection is not null)
        {
            connection.Arrive(in view.Header, view.Text, now);
            connection.Reschedule();
            return;
        }
        ArriveWithoutConnection(pair, in view.Header, view.Text, now);
    }

    private void ArriveWithoutConnection(
        SocketPair pair, in TcpHeader segment, ReadOnlySpan<byte> text, TimeSpan now)
    {
        TcpListener? listener = FindListener(pair);
        if (listener is null)
        {
            // RFC 9293 §3.10.7.1
            if (Decisions.Reset.AnswersStray(in segment))
            {
                Reply(pair, Decisions.Reset.Answer(in segment));
            }
            return;
        }
        // RFC 9293 §3.10.7.2
        switch (Decisions.Reset.InListen(in segment))
        {
            case Reaction.Reset:
                Reply(pair, Decisions.Reset.Answer(in segment));
                break;
            case Reaction.Renew when listener.HasRoom:
                Accept(listener, pair, in segment, text, null, now);
                break;
            default:
                break;
        }
    }

    // RFC 9293 §3.6.1 (MAY-2), RFC 6191: a SYN begins anew what waits in TIME-WAIT.
    internal bool TryRenew(
        TcpConnection old, in TcpHeader segment, ReadOnlySpan<byte> text, TimeSpan now)
    {
        TcpListener? listener = FindListener(old.Pair);
        if (listener is null || !listener.HasRoom)
        {
            return false;
        }
        Forget(old);
        SetDeadline(old, TimeSpan.MaxValue);
        Accept(listener, old.Pair, in segment, text, old, now);
        return true;
    }

    private void Accept(
        TcpListener listener, SocketPair pair, in TcpHeader segment, ReadOnlySpan<byte> text,
        TcpConnection? predecessor, TimeSpan now)
    {
        TcpConnection connection = new(this, pair, listener);
        _connections.Add(pair, connection);
        listener.HalfOpen++;
        connection.OpenPassively(in segment, text, predecessor, now);
        connection.Reschedule();
    }

    private TcpListener? FindListener(SocketPair pair)
    {
        TcpListener? best = null;
        int most = -1;
        foreach (TcpListener listener in _listeners)
        {
            int match = listener.Match(in pair);
            if (match > most)
            {
                best = listener;
                most = match;
            }
        }
        return best;
    }

    private bool IsOwn(IpAddress address)
    {
        for (int i = 0; i < Options.Addresses.Count; i++)
        {
            if (Options.Addresses[i].Equals(address))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsUnspecified(IpAddress address) =>
        address.Low32 == 0 && (!address.IsV6 || address.Equals(UnspecifiedV6));

    private static readonly IpAddress UnspecifiedV6 = IpAddress.Parse("::");
}
