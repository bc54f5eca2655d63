namespace TcpConformance.Tap;

/// <summary>The tester's end of a link that carries Ethernet frames to and from an IUT.</summary>
public interface IFrameLink : IDisposable
{
    /// <summary>The descriptor, non-blocking, for a <see cref="Poller"/>; -1 in the end.</summary>
    int Fd { get; }

    /// <summary>What the link is called in messages.</summary>
    string Name { get; }

    /// <summary>Takes one frame that the IUT has sent.</summary>
    /// <param name="buffer">At least MTU + 18 octets; a longer frame is cut.</param>
    /// <param name="length">Octets of the frame.</param>
    TapResult Read(Span<byte> buffer, out int length);

    /// <summary>Puts one frame before the IUT.</summary>
    TapResult Write(ReadOnlySpan<byte> frame);
}
