using TcpConformance.Wire;

namespace TcpConformance.Harness.Running;

/// <summary>The addresses and ports that belong to one run of one case and to no other.</summary>
internal sealed class CaseSeat
{
    /// <summary>Tester addresses of each family that a case owns.</summary>
    public const int Addresses = 4;

    private readonly IpAddress _v4;
    private readonly IpAddress _v6;
    private readonly PortPool _ports;
    private readonly List<ushort> _taken = [];

    /// <summary>The seat with a number; numbers come again after some thousands.</summary>
    /// <param name="number">0, 1, 2 …</param>
    /// <param name="iutV4">The IUT's address; the tester's lie in the same /16.</param>
    /// <param name="iutV6">The IUT's address; the tester's lie in the same /64.</param>
    /// <param name="ports">Where ports of the IUT come from.</param>
    public CaseSeat(int number, IpAddress iutV4, IpAddress iutV6, PortPool ports)
    {
        // From x.y.1.0 on, so that the IUT's own and the network's stay free; 63 * 1024
        // addresses in all, four to a seat.
        uint offset = (uint)(number % 16_000 * Addresses) + 256;
        _v4 = IpAddress.V4((iutV4.Low32 & 0xffff_0000) + offset);
        _v6 = iutV6.Plus(unchecked(0x10000 + offset - iutV6.Low32));
        _ports = ports;
    }

    /// <summary>One of the seat's addresses, 0 to 3.</summary>
    public IpAddress Tester(bool isV6, int index) =>
        (isV6 ? _v6 : _v4).Plus((uint)(index % Addresses));

    /// <summary>A multicast address (RFC 2365: 239/8) that belongs to no other seat.</summary>
    public IpAddress Multicast => IpAddress.V4(0xef00_0000 | (_v4.Low32 & 0xff_ffff));

    /// <summary>A port of the IUT that no other case uses now.</summary>
    public ushort NextIutPort()
    {
        ushort port = _ports.Take();
        _taken.Add(port);
        return port;
    }

    /// <summary>Gives the ports back.</summary>
    public void Leave()
    {
        foreach (ushort port in _taken)
        {
            _ports.Return(port);
        }
        _taken.Clear();
    }
}

/// <summary>Ports of the IUT, each in one hand at a time, used round and round so that one
/// comes again as late as possible.</summary>
internal sealed class PortPool
{
    private const ushort First = 5_000;
    private const ushort Last = 32_000;
    private readonly HashSet<ushort> _taken = [];
    private ushort _next = First;

    /// <summary>None is taken, and the first one comes next.</summary>
    public void Clear()
    {
        _taken.Clear();
        _next = First;
    }

    public ushort Take()
    {
        for (int i = First; i <= Last; i++)
        {
            ushort port = _next;
            _next = port == Last ? First : (ushort)(port + 1);
            if (_taken.Add(port))
            {
                return port;
            }
        }
        throw new InvalidOperationException("all ports of the IUT are taken");
    }

    public void Return(ushort port) => _taken.Remove(port);
}
