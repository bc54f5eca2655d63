using System.Buffers;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Iuts.Lwip;

/// <summary>lwIP in this process and in virtual time: its clock is ours.</summary>
/// <remarks>lwIP's state is global: there is one at a time. Another thread waits for its turn, and
/// the thread that made it disposes of it.</remarks>
public sealed unsafe class LwipIut : IIut
{
    /// <summary>How the message of a lost lwIP begins.</summary>
    public const string AssertionFailed = "lwIP's assertion failed: ";

    private const int LargestText = 1 << 17; // no more than lwIP's window

    private readonly LwipLibrary _lwip;
    private readonly byte[] _text = ArrayPool<byte>.Shared.Rent(LargestText);
    private TimeSpan _now;
    private bool _isOpen = true;

    /// <summary>lwIP as it is when it has just been started.</summary>
    /// <param name="profile">The profile of lwIP.</param>
    /// <param name="seed">Makes its random numbers and the time at which it starts.</param>
    /// <exception cref="StackUnavailableException">A package is missing.</exception>
    public LwipIut(IutProfile profile, ulong seed)
        : this(profile, LwipLibrary.Load(profile), seed)
    {
    }

    internal LwipIut(IutProfile profile, LwipLibrary lwip, ulong seed)
    {
        Monitor.Enter(lwip);
        if (lwip.IsInUse)
        {
            Monitor.Exit(lwip);
            throw new InvalidOperationException("lwIP's state is global: one at a time");
        }
        lwip.IsInUse = true;
        _lwip = lwip;
        Profile = profile;
        // Like the engine: clocks start somewhere (RFC 9293 §3.4.1).
        _now = TimeSpan.FromSeconds(1000 + (seed % 100_000));
        _lwip.Reset(Clock, seed);
    }

    /// <inheritdoc/>
    public IutProfile Profile { get; }

    /// <inheritdoc/>
    public bool IsVirtualTime => true;

    /// <inheritdoc/>
    public TimeSpan Now => _now;

    /// <summary>After <see cref="Dispose"/>: allocations that lwIP has neither freed nor kept in
    /// reach of any connection.</summary>
    public long LostAllocations { get; private set; }

    // lwIP counts milliseconds.
    private ulong Clock => (ulong)(_now.Ticks / TimeSpan.TicksPerMillisecond);

    /// <inheritdoc/>
    public void Deliver(ReadOnlySpan<byte> packet)
    {
        _lwip.Deliver(Clock, packet);
        MustLive();
    }

    /// <inheritdoc/>
    public bool TryTakePacket(out IutPacket packet)
    {
        if (!_lwip.HasPacket)
        {
            packet = default;
            return false;
        }
        packet = new IutPacket(_now, _lwip.TakePacket());
        return true;
    }

    /// <inheritdoc/>
    public void Call(UserCall call)
    {
        ReadOnlySpan<byte> text = call.Text.Span;
        fixed (byte* octets = text)
        {
            SocketPair pair = call.Pair;
            var c = new LwipCall
            {
                Id = call.Id,
                Kind = KindOf(call.Kind),
                Option = OptionOf(call.Option),
                Value = call.Kind == UserCallKind.Receive
                    ? Math.Min(call.Count, LargestText)
                    : call.Value,
                OwnPort = pair.Iut.Port,
                OtherPort = pair.Tester.Port,
                IsV6 = pair.Iut.Address.IsV6 ? (byte)1 : (byte)0,
                OwnIsAny = call.AnyLocalAddress ? (byte)1 : (byte)0,
                Length = text.Length,
                Text = octets,
            };
            pair.Iut.Address.Write(new Span<byte>(c.Own, 16));
            pair.Tester.Address.Write(new Span<byte>(c.Other, 16));
            _lwip.Call(Clock, &c);
        }
        MustLive();
    }

    /// <inheritdoc/>
    public bool TryTakeReply(out IutReply reply)
    {
        if (!_lwip.HasReply || !_lwip.TakeReply(out LwipReply r, _text))
        {
            reply = default;
            return false;
        }
        reply = new IutReply(_now, r.Id, new UserResult(ErrorOf(r.Error))
        {
            Count = r.Count,
            EndOfStream = r.IsEnd != 0,
            Text = r.Length == 0 ? default : _text.AsSpan(0, r.Length).ToArray(),
        });
        return true;
    }

    /// <inheritdoc/>
    public bool Wait(TimeSpan? until)
    {
        ulong due = _lwip.Due;
        if (due == ulong.MaxValue)
        {
            if (until is null)
            {
                return false;
            }
            _now = until > _now ? until.Value : _now;
            return true;
        }
        TimeSpan next = new((long)due * TimeSpan.TicksPerMillisecond);
        bool isDue = until is not TimeSpan u || next <= u;
        TimeSpan to = isDue ? next : until!.Value;
        _now = to > _now ? to : _now;
        if (isDue)
        {
            _lwip.Advance(Clock);
            MustLive();
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOpen)
        {
            _isOpen = false;
            LostAllocations = _lwip.Reset(Clock, 0);
            _lwip.IsInUse = false;
            ArrayPool<byte>.Shared.Return(_text);
            Monitor.Exit(_lwip);
        }
    }

    private void MustLive()
    {
        if (_lwip.Said is string said)
        {
            string report = _lwip.Report;
            throw new IutLostException(report.Length == 0 ? AssertionFailed + said : said)
            {
                Said = report,
            };
        }
    }

    // enum call_kind of calls.h.
    private static int KindOf(UserCallKind kind) => kind switch
    {
        UserCallKind.Listen => 0,
        UserCallKind.StopListening => 1,
        UserCallKind.Connect => 2,
        UserCallKind.Accept => 3,
        UserCallKind.Send => 4,
        UserCallKind.Receive => 5,
        UserCallKind.Shutdown => 6,
        UserCallKind.Close => 7,
        UserCallKind.Abort => 8,
        UserCallKind.AwaitUrgent => 9,
        UserCallKind.SetOption => 10,
    };

    // enum call_option of calls.h.
    private static int OptionOf(UserOption option) => option switch
    {
        UserOption.NoDelay => 0,
        UserOption.KeepAlive => 1,
        UserOption.KeepAliveIdle => 2,
        UserOption.KeepAliveInterval => 3,
        UserOption.KeepAliveCount => 4,
        UserOption.UserTimeout => 5,
        UserOption.ReceiveBuffer => 6,
        UserOption.SendBuffer => 7,
        UserOption.TrafficClass => 8,
        UserOption.HopLimit => 9,
    };

    // enum call_error of calls.h.
    private static UserError ErrorOf(int error) => error switch
    {
        0 => UserError.None,
        1 => UserError.Refused,
        2 => UserError.Reset,
        3 => UserError.TimedOut,
        4 => UserError.Unreachable,
        5 => UserError.Closing,
        6 => UserError.NotConnected,
        7 => UserError.AddressInUse,
        8 => UserError.InvalidAddress,
        _ => UserError.Other,
    };
}
