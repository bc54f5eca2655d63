using TcpConformance.Wire;

namespace TcpConformance.Tap;

/// <summary>Links, addresses, routes and neighbours of the calling thread's namespace.</summary>
/// <remarks>rtnetlink(7) itself, so that no other program is needed.</remarks>
internal sealed class RouteNetlink : IDisposable
{
    private const ushort NewLink = 16;
    private const ushort NewAddress = 20;
    private const ushort NewRoute = 24;
    private const ushort NewNeighbor = 28;
    private const ushort NewQueueing = 36;
    private const uint RootQueue = 0xffff_ffff;
    private const ushort CreateOrReplace = 0x400 | 0x100;
    private const uint InterfaceUp = 1;
    private const uint AddressWithoutDad = 0x02;
    private const uint AddressWithoutRoute = 0x200;
    private const uint GatewayOnLink = 4;
    private const byte MainTable = 254;
    private const byte StaticRoute = 4;
    private const byte Unicast = 1;
    private const ushort Permanent = 0x80;

    private readonly int _fd;

    internal RouteNetlink()
    {
        _fd = Libc.Socket(Libc.FamilyNetlink, Libc.RawSocket | Libc.CloseOnExec, 0);
        if (_fd < 0)
        {
            throw TapUnavailableException.LinkRefused("open a netlink socket", Libc.Errno);
        }
    }

    internal uint IndexOf(string device)
    {
        uint index = Libc.InterfaceIndex(device);
        return index != 0
            ? index
            : throw TapUnavailableException.LinkRefused($"find {device}", Libc.Errno);
    }

    internal void SetUp(uint index) => Ask(
        Link(index).Word(InterfaceUp).Word(InterfaceUp), "bring a device up");

    internal void SetLinkAddress(uint index, MacAddress mac) => Ask(
        Link(index).Word(0).Word(0).Attribute(1, mac), "set a link address");

    internal void SetSizes(uint index, int mtu, int queueLength) => Ask(
        Link(index).Word(0).Word(0).Attribute(4, (uint)mtu).Attribute(13, (uint)queueLength),
        "set MTU and queue length");

    /// <summary>Takes the queueing discipline away: fq, the default of some hosts, paces.</summary>
    /// <returns>Whether the kernel has done it; one without disciplines can't.</returns>
    internal bool RemoveQueueing(uint index) => Exchange(
        new NetlinkMessage(NewQueueing, CreateOrReplace)
            .Word(0).Word(index).Word(0).Word(RootQueue).Word(0)
            .Attribute(1, "noqueue\0"u8)) == 0;

    /// <summary>Adds an address that is usable at once and brings no route of its own.</summary>
    internal void AddAddress(uint index, IpAddress address, int prefixLength) => Ask(
        new NetlinkMessage(NewAddress, CreateOrReplace)
            .Octet(Family(address)).Octet((byte)prefixLength).Octet(0).Octet(0).Word(index)
            .Attribute(1, address).Attribute(2, address)
            .Attribute(8, AddressWithoutDad | AddressWithoutRoute),
        $"add the address {address}");

    /// <summary>Sends a whole prefix to one gateway that is on the link by decree.</summary>
    internal void AddRoute(
        uint index, IpAddress prefix, int prefixLength, IpAddress gateway) => Ask(
        new NetlinkMessage(NewRoute, CreateOrReplace)
            .Octet(Family(prefix)).Octet((byte)prefixLength).Octet(0).Octet(0)
            .Octet(MainTable).Octet(StaticRoute).Octet(0).Octet(Unicast).Word(GatewayOnLink)
            .Attribute(1, prefix).Attribute(5, gateway).Attribute(4, index),
        $"route {prefix}/{prefixLength} through {gateway}");

    internal void AddNeighbor(uint index, IpAddress address, MacAddress mac) => Ask(
        new NetlinkMessage(NewNeighbor, CreateOrReplace)
            .Octet(Family(address)).Octet(0).Short(0).Word(index)
            .Short(Permanent).Octet(0).Octet(Unicast)
            .Attribute(1, address).Attribute(2, mac),
        $"add the neighbour {address}");

    public void Dispose() => _ = Libc.Close(_fd);

    private static NetlinkMessage Link(uint index) =>
        new NetlinkMessage(NewLink).Octet(0).Octet(0).Short(0).Word(index);

    private static byte Family(IpAddress a) => (byte)(a.IsV6 ? Libc.FamilyV6 : Libc.FamilyV4);

    private void Ask(NetlinkMessage message, string what)
    {
        int errno = Exchange(message);
        if (errno != 0)
        {
            throw TapUnavailableException.LinkRefused(what, errno);
        }
    }

    private int Exchange(NetlinkMessage message)
    {
        byte[] reply = new byte[4096];
        // One request, one acknowledgment: the kernel answers before the write returns.
        nint n = Libc.Write(_fd, message.Octets);
        n = n < 0 ? n : Libc.Read(_fd, reply);
        return n < 0 ? Libc.Errno : NetlinkMessage.ErrorOf(reply.AsSpan(0, (int)n));
    }
}
