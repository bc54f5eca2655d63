using System.Buffers.Binary;
using TcpConformance.Harness.Iuts;
using TcpConformance.Spec.Calls;

namespace TcpConformance.Cli.Operators;

/// <summary>An IUT of which all is noted that can be seen from outside, as one number, and which
/// exception it died of.</summary>
internal sealed class WatchedIut : IIut
{
    private const ulong Prime = 0x9e3779b97f4a7c15;

    private readonly IIut _iut;

    internal WatchedIut(IIut iut) => _iut = iut;

    /// <summary>Of all packets, results of calls, and their times.</summary>
    internal ulong Hash { get; private set; }

    /// <summary>The first exception that the IUT has thrown.</summary>
    internal Exception? Death { get; private set; }

    /// <inheritdoc/>
    public IutProfile Profile => _iut.Profile;

    /// <inheritdoc/>
    public bool IsVirtualTime => _iut.IsVirtualTime;

    /// <inheritdoc/>
    public TimeSpan Now => _iut.Now;

    /// <inheritdoc/>
    public void Deliver(ReadOnlySpan<byte> packet)
    {
        try
        {
            _iut.Deliver(packet);
        }
        catch (Exception e) when (HasDied(e))
        {
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryTakePacket(out IutPacket packet)
    {
        try
        {
            if (!_iut.TryTakePacket(out packet))
            {
                return false;
            }
        }
        catch (Exception e) when (HasDied(e))
        {
            throw;
        }
        Mix(packet.At);
        Mix(packet.Octets.Span);
        return true;
    }

    /// <inheritdoc/>
    public void Call(UserCall call)
    {
        try
        {
            _iut.Call(call);
        }
        catch (Exception e) when (HasDied(e))
        {
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryTakeReply(out IutReply reply)
    {
        if (!_iut.TryTakeReply(out reply))
        {
            return false;
        }
        Mix(reply.At);
        Mix((ulong)reply.CallId);
        Mix((ulong)reply.Result.Error);
        Mix((ulong)reply.Result.Count);
        Mix(reply.Result.EndOfStream ? 1UL : 0);
        Mix(reply.Result.Text.Span);
        return true;
    }

    /// <inheritdoc/>
    public bool Wait(TimeSpan? until)
    {
        try
        {
            return _iut.Wait(until);
        }
        catch (Exception e) when (HasDied(e))
        {
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _iut.Dispose();

    // A filter: the exception goes on as if nobody had looked.
    private bool HasDied(Exception e)
    {
        Death ??= e;
        return false;
    }

    private void Mix(TimeSpan time) => Mix(unchecked((ulong)time.Ticks));

    private void Mix(ReadOnlySpan<byte> octets)
    {
        Mix((ulong)octets.Length);
        while (octets.Length >= 8)
        {
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(octets));
            octets = octets[8..];
        }
        foreach (byte octet in octets)
        {
            Mix(octet);
        }
    }

    private void Mix(ulong value) => Hash = unchecked(
        (System.Numerics.BitOperations.RotateLeft(Hash, 5) ^ value) * Prime);
}
