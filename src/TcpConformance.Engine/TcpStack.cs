using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>The TCP of one host: packets, user calls and time go in, packets come out.</summary>
/// <remarks>Deterministic and without I/O: it knows no clock and no socket. One thread at a time
/// may use it.</remarks>
public sealed partial class TcpStack
{
    private readonly Dictionary<SocketPair, TcpConnection> _connections;
    private readonly List<TcpListener> _listeners = [];
    private readonly PendingReplies _replies = new();
    private readonly TimerHeap _timers = new();
    private readonly Queue<TcpConnection> _ready = new();
    private ushort? _firstPort; // null: none was chosen yet
    private uint _ports;
    private TcpConnection? _latest;

    /// <summary>A host without connections.</summary>
    public TcpStack(TcpStackOptions options)
    {
        Options = options;
        ulong mixed = BitConverter.ToUInt64(options.SecretKey);
        _connections = new(new SocketPairComparer(mixed));
    }

    /// <summary>The configuration.</summary>
    public TcpStackOptions Options { get; }

    /// <summary>Changes whenever something may have changed for the user of any connection or
    /// listener: text, room, a new state, an error.</summary>
    public long UserEventVersion { get; private set; }

    /// <summary>Connections that exist, those in TIME-WAIT included.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>When <see cref="Advance"/> has something to do; null if never.</summary>
    public TimeSpan? NextTimeout => _timers.First?.Deadline;

    internal TcpDecisions Decisions => Options.Decisions;

    /// <summary>The connection of a pair (local socket first), if there is one.</summary>
    public TcpConnection? Find(SocketPair pair) => _connections.GetValueOrDefault(pair);

    /// <summary>Passive OPEN (RFC 9293 §3.10.1).</summary>
    /// <param name="local">Local socket; an address of all zeros for any.</param>
    /// <param name="backlog">Connections that may wait.</param>
    /// <param name="now">The time.</param>
    /// <param name="remote">The only peer to accept, if it is known.</param>
    /// <exception cref="InvalidOperationException">The same passive OPEN exists.</exception>
    public TcpListener Listen(
        SocketAddress local, int backlog, TimeSpan now, SocketAddress? remote = null)
    {
        _ = now;
        if (_listeners.Exists(l => l.Local == local && l.Remote == remote))
        {
            throw new InvalidOperationException($"connection already exists: {local}");
        }
        TcpListener listener = new(this, local, remote, backlog);
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Active OPEN (RFC 9293 §3.10.1): a SYN is sent.</summary>
    /// <param name="local">Local socket; null or port 0 to have one chosen.</param>
    /// <param name="remote">The peer.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="InvalidOperationException">The connection exists already, or there is
    /// no local address or port left for it.</exception>
    public TcpConnection Connect(SocketAddress? local, SocketAddress remote, TimeSpan now)
    {
        SocketPair pair = new(Choose(local, remote), remote);
        if (_connections.ContainsKey(pair))
        {
            throw new InvalidOperationException($"connection already exists: {pair}");
        }
        TcpConnection connection = new(this, pair, null);
        _connections.Add(pair, connection);
        connection.OpenActively(now);
        UserEvent();
        return connection;
    }

    /// <summary>Writes the next IP packet to be sent.</summary>
    /// <param name="packet">Room for the largest packet:
    /// <see cref="TcpStackOptions.Mtu"/> octets.</param>
    /// <param name="now">The time.</param>
    /// <returns>Octets written; 0 if there is nothing to send.</returns>
    public int Transmit(Span<byte> packet, TimeSpan now)
    {
        if (_replies.Any)
        {
            ref PendingReplies.Reply reply = ref _replies.Take();
            return Write(packet, in reply.Header, in reply.Pair, 0, reply.TrafficClass);
        }
        while (_ready.TryPeek(out TcpConnection? connection))
        {
            int length = connection.BuildNext(packet, now);
            connection.Reschedule();
            if (length > 0 && _ready.Count == 1)
            {
                return length;
            }
            _ready.Dequeue();
            if (length > 0)
            {
                _ready.Enqueue(connection);
                return length;
            }
            connection.IsReady = false;
        }
        return 0;
    }

    /// <summary>Runs the timers that have expired by now.</summary>
    public void Advance(TimeSpan now)
    {
        while (_timers.First is TcpConnection first && first.Deadline <= now)
        {
            first.Expire(now);
            first.Reschedule();
        }
    }

    internal void UserEvent() => UserEventVersion++;

    internal void MarkReady(TcpConnection connection)
    {
        if (!connection.IsReady)
        {
            connection.IsReady = true;
            _ready.Enqueue(connection);
        }
    }

    internal void SetDeadline(TcpConnection connection, TimeSpan deadline) =>
        _timers.Set(connection, deadline);

    internal void Reply(SocketPair pair, in TcpHeader header, byte trafficClass = 0) =>
        _replies.Add(pair, in header, trafficClass);

    internal void Forget(TcpConnection connection)
    {
        if (_connections.TryGetValue(connection.Pair, out TcpConnection? there)
            && there == connection)
        {
            _connections.Remove(connection.Pair);
        }
        if (_latest == connection)
        {
            _latest = null;
        }
    }

    internal void Restore(TcpConnection connection) =>
        _connections[connection.Pair] = connection;

    internal void Remove(TcpListener listener, TimeSpan now)
    {
        _listeners.Remove(listener);
        if (listener.HalfOpen == 0)
        {
            return;
        }
        List<TcpConnection> halfOpen = [.. _connections.Values.Where(
            c => c.Listener == listener && c.State == TcpState.SynReceived)];
        halfOpen.ForEach(c => c.Abort(now));
    }

    internal uint TimestampOffset(SocketPair pair) =>
        (uint)(Decisions.Option.Hash(pair, Options.SecretKey) >> 32); // the ISN has the others

    internal SeqNumber InitialSequenceNumber(SocketPair pair, TimeSpan now) =>
        Decisions.Option.InitialSequenceNumber(
            Decisions.Option.Hash(pair, Options.SecretKey), now);

    internal int Write(
        Span<byte> packet, in TcpHeader header, in SocketPair pair, int textLength,
        byte trafficClass, byte? hopLimit = null)
    {
        IpAddress source = pair.Iut.Address;
        IpAddress destination = pair.Tester.Address;
        int ip = PacketWriter.HeaderLength(source.IsV6);
        int length = ip + SegmentWriter.HeaderLength(in header) + textLength;
        SegmentWriter.WriteHeader(in header, source, destination, packet[ip..length]);
        PacketWriter.WriteHeader(
            packet[..length], source, destination, IpProtocol.Tcp, 0, trafficClass);
        byte hops = hopLimit ?? Options.HopLimit;
        if (source.IsV6)
        {
            packet[7] = hops;
        }
        else if (packet[8] != hops)
        {
            packet[8] = hops;
            packet[10..12].Clear();
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(
                packet[10..], (ushort)(0xffff ^ Checksum.Sum(packet[..20])));
        }
        return length;
    }

    private SocketAddress Choose(SocketAddress? local, SocketAddress remote)
    {
        IpAddress address = local is SocketAddress given && !IsAny(given.Address)
            ? given.Address
            : Options.Addresses.Where(a => a.IsV6 == remote.Address.IsV6)
                .Select(a => (IpAddress?)a).FirstOrDefault()
                ?? throw new InvalidOperationException($"no local address reaches {remote}");
        if (local is SocketAddress { Port: not 0 } whole)
        {
            return new SocketAddress(address, whole.Port);
        }
        // The dynamic ports (RFC 6335 §6), one after the other from a seeded start.
        ushort first = _firstPort ??= (ushort)new Random(Options.Seed).Next(0, 16384);
        for (int i = 0; i < 16384; i++)
        {
            uint offset = unchecked(first + _ports++) % 16384;
            SocketAddress chosen = new(address, (ushort)(49152 + offset));
            if (!_connections.ContainsKey(new SocketPair(chosen, remote)))
            {
                return chosen;
            }
        }
        throw new InvalidOperationException($"no local port is left for {remote}");
    }

    private static bool IsAny(IpAddress address) =>
        address.Equals(default) || address.Equals(TcpListener.AnyV6);
}
