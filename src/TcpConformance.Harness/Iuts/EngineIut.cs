using TcpConformance.Engine;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;

namespace TcpConformance.Harness.Iuts;

/// <summary>The reference engine as an IUT, in virtual time.</summary>
public sealed class EngineIut : IIut
{
    // More than the largest packet, of broken engines, too. Nothing stays there.
    private const int LargestPacket = 65_600;

    [ThreadStatic]
    private static byte[]? s_buffer;

    private readonly TcpStack _stack;
    private readonly EngineSockets _sockets;
    private TimeSpan _now;

    /// <summary>A fresh engine.</summary>
    /// <param name="profile">Its values; the engine is configured from them.</param>
    /// <param name="seed">Makes its secret key, its ports, and the time at which it starts.
    /// </param>
    public EngineIut(IutProfile profile, ulong seed)
        : this(profile, OptionsFor(profile, seed), seed)
    {
    }

    /// <summary>An engine with a configuration of its own, e.g. a broken one.</summary>
    public EngineIut(IutProfile profile, TcpStackOptions options, ulong seed)
    {
        Profile = profile;
        // The ISN clock starts somewhere (RFC 9293 §3.4.1).
        _now = TimeSpan.FromSeconds(1000 + (seed % 100_000));
        _stack = new TcpStack(options);
        _sockets = new EngineSockets(_stack);
    }

    /// <inheritdoc/>
    public IutProfile Profile { get; }

    /// <inheritdoc/>
    public bool IsVirtualTime => true;

    /// <inheritdoc/>
    public TimeSpan Now => _now;

    /// <summary>The engine itself, for those who know that it is one.</summary>
    public TcpStack Stack => _stack;

    /// <summary>The engine's configuration for a profile.</summary>
    public static TcpStackOptions OptionsFor(IutProfile profile, ulong seed)
    {
        Ixit x = profile.Ixit;
        var random = new Random(unchecked((int)seed));
        byte[] key = new byte[16];
        random.NextBytes(key);
        return new TcpStackOptions
        {
            Addresses = [profile.V4, profile.V6],
            SecretKey = key,
            Seed = random.Next(),
            Mtu = x.Mtu,
            Msl = x.TimeWait / 2,
            RtoInitial = x.RtoInitial,
            RtoMin = x.RtoMin,
            RtoMax = x.RtoMax,
            R2 = x.R2 == TimeSpan.Zero ? TimeSpan.FromSeconds(100) : x.R2,
            R2Syn = x.R2Syn == TimeSpan.Zero ? TimeSpan.FromMinutes(3) : x.R2Syn,
            KeepAliveIdle = x.KeepAliveIdle,
            ChallengeAckLimit = int.MaxValue, // as of any stack that the suite judges
            InitialWindowSegments = x.InitialWindow,
            WindowScale = profile.Claims.HasFlag(Claims.WindowScale),
            Timestamps = profile.Claims.HasFlag(Claims.Timestamps),
            Sack = profile.Claims.HasFlag(Claims.Sack),
        };
    }

    /// <inheritdoc/>
    public void Deliver(ReadOnlySpan<byte> packet)
    {
        _stack.Receive(packet, _now);
        _sockets.Poll(_now);
    }

    /// <inheritdoc/>
    public bool TryTakePacket(out IutPacket packet)
    {
        byte[] buffer = s_buffer ??= new byte[LargestPacket];
        int length = _stack.Transmit(buffer, _now);
        packet = new IutPacket(_now, length == 0 ? default : buffer.AsSpan(0, length).ToArray());
        _sockets.Poll(_now);
        return length > 0;
    }

    /// <inheritdoc/>
    public void Call(UserCall call) => _sockets.Start(call, _now);

    /// <inheritdoc/>
    public bool TryTakeReply(out IutReply reply) => _sockets.TryTakeReply(out reply);

    /// <inheritdoc/>
    public bool Wait(TimeSpan? until)
    {
        TimeSpan? next = _stack.NextTimeout;
        if (next is null && until is null)
        {
            return false;
        }
        TimeSpan to = next is TimeSpan n && (until is not TimeSpan u || n < u) ? n : until!.Value;
        _now = to > _now ? to : _now;
        _stack.Advance(_now);
        _sockets.Poll(_now);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The engine holds nothing but memory.
    }
}
