using System.Text;

namespace TcpConformance.Tap;

/// <summary>What became of one frame on a TAP.</summary>
public enum TapResult
{
    /// <summary>One frame has passed.</summary>
    Frame,
    /// <summary>Nothing to read, or no room to write: try again when poll says so.</summary>
    WouldBlock,
    /// <summary>The kernel does not take this frame: too short or too long.</summary>
    Rejected,
    /// <summary>The device is down.</summary>
    Down,
    /// <summary>The device is gone; no frame will ever pass again.</summary>
    Vanished,
}

/// <summary>The tester's end of a TAP device: Ethernet frames to and from the IUT.</summary>
/// <remarks>The device lives as long as the descriptor; it is never persistent.</remarks>
public sealed class TapDevice : IFrameLink
{
    private const string ClonePath = "/dev/net/tun";
    private const nuint SetInterface = 0x4004_54ca;
    private const short TapWithoutHeader = 0x0002 | 0x1000;
    private const int NameLength = 16;

    private TapDevice(int fd, string name)
    {
        Fd = fd;
        Name = name;
    }

    /// <summary>The descriptor, non-blocking, for a <see cref="Poller"/>; -1 in the end.</summary>
    public int Fd { get; private set; }

    /// <summary>The name of the device in its namespace.</summary>
    public string Name { get; }

    /// <summary>Makes a TAP in a namespace; it has no address and is down.</summary>
    /// <exception cref="TapUnavailableException">No /dev/net/tun, or not for us.</exception>
    public static TapDevice Create(NetworkNamespace space, string name) =>
        space.Run(() => Create(name));

    /// <summary>Takes a TAP that somebody has made in our own namespace and that nobody else has
    /// open (ip tuntap add dev NAME mode tap).</summary>
    /// <exception cref="TapUnavailableException">There is none of that name, or not for us.
    /// </exception>
    public static TapDevice Attach(string name)
    {
        if (name.Length is 0 or >= NameLength || Libc.InterfaceIndex(name) == 0)
        {
            throw new TapUnavailableException(
                TapFault.NoTunDevice,
                $"there is no TAP device '{name}': make it with 'ip tuntap add dev NAME mode tap' "
                + "and bring it up");
        }
        return Create(name);
    }

    private static unsafe TapDevice Create(string name)
    {
        int fd = Libc.Open(ClonePath, Libc.ReadWrite | Libc.NonBlocking | Libc.CloseOnExec);
        if (fd < 0)
        {
            throw Refusal(Libc.Errno);
        }
        byte* request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        Encoding.ASCII.GetBytes(name, new Span<byte>(request, NameLength - 1));
        *(short*)(request + NameLength) = TapWithoutHeader;
        if (Libc.Ioctl(fd, SetInterface, request) != 0)
        {
            int errno = Libc.Errno;
            _ = Libc.Close(fd);
            throw Refusal(errno);
        }
        return new TapDevice(fd, name);
    }

    private static TapUnavailableException Refusal(int errno) => errno switch
    {
        Errno.Enoent or Errno.Enodev or Errno.Enxio => new(
            TapFault.NoTunDevice,
            $"{ClonePath} is missing: load it with 'modprobe tun', or give the container "
            + "--device /dev/net/tun"),
        Errno.Eperm or Errno.Eacces => new(
            TapFault.TunForbidden,
            $"no permission for {ClonePath}: run with sudo, or let the user open it "
            + "(chmod 666 /dev/net/tun)"),
        _ => new(TapFault.LinkRefused, $"{ClonePath}: {Errno.Name(errno)}"),
    };

    /// <summary>Takes one frame that the IUT has sent.</summary>
    /// <param name="buffer">At least MTU + 18 octets; a longer frame is cut.</param>
    /// <param name="length">Octets of the frame.</param>
    public TapResult Read(Span<byte> buffer, out int length)
    {
        nint n = Libc.Read(Fd, buffer);
        length = n > 0 ? (int)n : 0;
        return n > 0 ? TapResult.Frame : n == 0 ? TapResult.Vanished : Failure(Libc.Errno);
    }

    /// <summary>Puts one frame before the IUT.</summary>
    public TapResult Write(ReadOnlySpan<byte> frame)
    {
        nint n = Libc.Write(Fd, frame);
        return n >= 0 ? TapResult.Frame : Failure(Libc.Errno);
    }

    private static TapResult Failure(int errno) => errno switch
    {
        Errno.Eagain or Errno.Eintr => TapResult.WouldBlock,
        // tun_get_user: the device is not IFF_UP.
        Errno.Eio => TapResult.Down,
        // The device was deleted (ip link del) or the descriptor closed.
        Errno.Ebadfd or Errno.Ebadf or Errno.Enodev => TapResult.Vanished,
        _ => TapResult.Rejected,
    };

    /// <summary>Closes the descriptor; the kernel removes the device.</summary>
    public void Dispose()
    {
        if (Fd >= 0)
        {
            _ = Libc.Close(Fd);
            Fd = -1;
        }
    }
}
