using System.Diagnostics;
using System.Globalization;
using TcpConformance.Spec.Calls;
using TcpConformance.Tap.UpperTesting;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Iuts;

/// <summary>User calls over the line protocol of <c>specs/upper-tester.md</c>.</summary>
internal sealed class UpperTesterCalls
{
    // Half of the longest line, as hexadecimal digits, and some room.
    private const int LongestSend = 500_000;
    private const int LongestReceive = 262_144;
    private const int LeastPattern = 256;
    private const string Pattern = "pattern";
    private const int Backlog = 4096;
    private const int LongestWord = 400;
    private const string SanitizerMark = "SUMMARY: ";
    private static readonly TimeSpan PingLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan DyingLimit = TimeSpan.FromSeconds(1);

    private readonly UpperTesterProcess _process;
    private readonly Dictionary<long, Action<UpperTesterReply, TimeSpan>> _asked = [];
    private readonly Dictionary<SocketPair, UpperTesterSocket> _sockets = [];
    // Accepted before the user asked for them; a pair may come again in another incarnation.
    private readonly HashSet<SocketPair> _unclaimed = [];
    private readonly Queue<IutReply> _replies = new();
    private long _lastId;
    private bool _knowsPattern = true;

    public UpperTesterCalls(UpperTesterProcess process) => _process = process;

    /// <summary>Why an upper tester that has ended did so.</summary>
    public static IutLostException Died(UpperTesterProcess process)
    {
        string text = process.ErrorText.Trim();
        string said = Summary(text).ReplaceLineEndings(" ");
        said = said.Length > LongestWord ? said[..LongestWord] + " …" : said;
        string code = process.ExitCode is int c ? $" with exit code {c}" : "";
        return new IutLostException(
            $"the upper tester has ended{code}" + (said.Length > 0 ? $": {said}" : ""))
        {
            Said = text,
        };
    }

    // The last line of a sanitizer's report says what and where, and is the same in each run.
    private static string Summary(string text)
    {
        int at = text.LastIndexOf(SanitizerMark, StringComparison.Ordinal);
        return at < 0 ? text : text[(at + SanitizerMark.Length)..].Split('\n')[0];
    }

    /// <summary>Why a program has closed its link: it is about to die, as a rule.</summary>
    public static IutLostException Ended(UpperTesterProcess process)
    {
        long begin = Stopwatch.GetTimestamp();
        while (process.ExitCode is null && Stopwatch.GetElapsedTime(begin) < DyingLimit)
        {
            Thread.Yield();
        }
        return Died(process);
    }

    public bool TryTakeReply(out IutReply reply) => _replies.TryDequeue(out reply);

    /// <summary>Takes what the process has said.</summary>
    public void Read(TimeSpan now)
    {
        while (true)
        {
            switch (_process.TryReadLine(out string line))
            {
                case LineOutcome.None:
                    return;
                case LineOutcome.Ended:
                    throw Died(_process);
                case LineOutcome.Line:
                    if (UpperTesterReply.Read(line) is not { } reply
                        || !_asked.Remove(reply.Id, out var answer))
                    {
                        throw new IutLostException(
                            $"the upper tester has said '{line}', which answers nothing");
                    }
                    answer(reply, now);
                    break;
            }
        }
    }

    /// <summary>The process is asked whether it still answers.</summary>
    public Pulse Pulse { get; } = new();

    /// <summary>Sees that the process still answers.</summary>
    public void AskForLife(TimeSpan now)
    {
        if (Pulse.Waited(now) > PingLimit)
        {
            throw new IutLostException(
                $"the upper tester has not answered for {PingLimit.TotalSeconds} s: it hangs");
        }
        // A pipe loses nothing: one question at a time.
        if (Pulse.Due <= now && Pulse.Waited(now) == TimeSpan.Zero)
        {
            Pulse.Asked(now);
            Ask("ping", (_, at) => Pulse.Answered(at));
        }
    }

    /// <summary>Makes a call; what needs a handle that is not yet known waits for it.</summary>
    public void Start(UserCall call, TimeSpan now)
    {
        switch (call.Kind)
        {
            case UserCallKind.Listen:
                Listen(call);
                break;
            case UserCallKind.Connect:
                Connect(call);
                break;
            case UserCallKind.Accept:
                Accept(call, now);
                break;
            default:
                SocketPair key = call.Kind == UserCallKind.StopListening
                    ? new SocketPair(call.Pair.Iut, default)
                    : call.Pair;
                if (_sockets.TryGetValue(key, out UpperTesterSocket? socket))
                {
                    socket.WithHandle(handle => OnSocket(call, handle));
                }
                else
                {
                    Return(call, new UserResult(UserError.NotConnected), now);
                }
                break;
        }
    }

    private void Listen(UserCall call)
    {
        var socket = new UpperTesterSocket();
        _sockets[call.Pair] = socket;
        Ask($"listen {Words(call.Pair.Iut)} {Backlog}", (reply, now) =>
        {
            if (reply.Error is null)
            {
                socket.HasHandle(reply.Values[0]);
            }
            Return(call, ResultOf(reply), now);
        });
    }

    private void Connect(UserCall call)
    {
        var socket = new UpperTesterSocket();
        _sockets[call.Pair] = socket;
        string any = call.Pair.Iut.Address.IsV6 ? "::" : "0.0.0.0";
        string local = call.AnyLocalAddress
            ? $"{any} {call.Pair.Iut.Port}"
            : Words(call.Pair.Iut);
        Ask($"open {local} {Words(call.Pair.Tester)}", (reply, now) =>
        {
            if (reply.Error is not null)
            {
                Return(call, ResultOf(reply), now);
                return;
            }
            SocketAddress iut = call.Pair.Iut with
            {
                Port = ushort.Parse(reply.Values[1], CultureInfo.InvariantCulture),
            };
            // A pair with port 0 names the connection as well as the port that was chosen.
            _sockets[call.Pair with { Iut = iut }] = socket;
            socket.HasHandle(reply.Values[0]);
            Ask($"connected {reply.Values[0]}", (r, at) => Return(call, ResultOf(r), at));
        });
    }

    private void Accept(UserCall call, TimeSpan now)
    {
        if (_unclaimed.Remove(call.Pair))
        {
            Return(call, UserResult.Ok, now);
            return;
        }
        var key = new SocketPair(call.Pair.Iut, default);
        if (!_sockets.TryGetValue(key, out UpperTesterSocket? listener))
        {
            Return(call, new UserResult(UserError.NotConnected), now);
            return;
        }
        listener.WaitingAccepts.Add(call);
        listener.WithHandle(handle => AskAccept(listener, call.Pair.Iut, handle));
    }

    private void AskAccept(UpperTesterSocket listener, SocketAddress iut, string handle) => Ask(
        $"accept {handle}", (reply, now) =>
        {
            if (reply.Error is not null)
            {
                List<UserCall> all = listener.WaitingAccepts;
                if (all.Count > 0)
                {
                    UserCall first = all[0];
                    all.RemoveAt(0);
                    Return(first, ResultOf(reply), now);
                }
                return;
            }
            SocketAddress peer = new(
                IpAddress.Parse(reply.Values[1]),
                ushort.Parse(reply.Values[2], CultureInfo.InvariantCulture));
            int i = listener.WaitingAccepts.FindIndex(c => c.Pair.Tester == peer);
            var accepted = new UpperTesterSocket();
            accepted.HasHandle(reply.Values[0]);
            _sockets[new SocketPair(iut, peer)] = accepted;
            if (i < 0)
            {
                _unclaimed.Add(new SocketPair(iut, peer));
                AskAccept(listener, iut, handle); // somebody else's; the call still waits
                return;
            }
            UserCall call = listener.WaitingAccepts[i];
            listener.WaitingAccepts.RemoveAt(i);
            Return(call, UserResult.Ok, now);
        });

    private void OnSocket(UserCall call, string handle)
    {
        switch (call.Kind)
        {
            case UserCallKind.Send when call.Text.IsEmpty:
                // The protocol has no line for it; it returns in its turn.
                Ask("ping", (_, now) => Return(call, UserResult.Ok, now));
                break;
            case UserCallKind.Send:
                Send(call, handle, 0);
                break;
            case UserCallKind.Receive:
                Ask($"recv {handle} {Math.Min(call.Count, LongestReceive)}", (reply, now) =>
                    Return(call, Received(reply), now));
                break;
            case UserCallKind.Shutdown:
                Ask($"shutdown {handle}", (reply, now) => Return(call, ResultOf(reply), now));
                break;
            case UserCallKind.Close or UserCallKind.StopListening:
                Ask($"close {handle}", (reply, now) => Return(call, ResultOf(reply), now));
                break;
            case UserCallKind.Abort:
                Ask($"abort {handle}", (reply, now) => Return(call, ResultOf(reply), now));
                break;
            case UserCallKind.AwaitUrgent:
                Ask($"urgent {handle}", (reply, now) => Return(call, ResultOf(reply), now));
                break;
            default:
                Ask($"setopt {handle} {Name(call.Option)} {call.Value}", (reply, now) =>
                    Return(call, ResultOf(reply), now));
                break;
        }
    }

    private void Send(UserCall call, string handle, int done)
    {
        int count = Math.Min(call.Text.Length - done, LongestSend);
        bool last = done + count == call.Text.Length;
        string verb = call.Urgent && last ? "send-urgent" : "send";
        string text = Words(call.Text.Span.Slice(done, count));
        Ask($"{verb} {handle} {text}", (reply, now) =>
        {
            int taken = reply.Values.Count > 0
                && int.TryParse(reply.Values[0], CultureInfo.InvariantCulture, out int n)
                ? n
                : 0;
            if (reply.Error is "EINVAL" or "EOPNOTSUPP"
                && text.StartsWith(Pattern, StringComparison.Ordinal))
            {
                _knowsPattern = false; // a small upper tester
                Send(call, handle, done);
                return;
            }
            if (reply.Error is null && !last)
            {
                Send(call, handle, done + taken);
                return;
            }
            Return(call, ResultOf(reply) with { Count = done + taken }, now);
        });
    }

    // Hexadecimal digits of much text keep a slow line busy for a second.
    private string Words(ReadOnlySpan<byte> text)
    {
        int offset = _knowsPattern && text.Length >= LeastPattern ? Octets.OffsetOf(text) : -1;
        return offset >= 0
            ? $"{Pattern} {Octets.Seed} {offset} {text.Length}"
            : $"hex {Convert.ToHexStringLower(text)}";
    }

    private void Ask(string request, Action<UpperTesterReply, TimeSpan> answer)
    {
        _asked.Add(++_lastId, answer);
        if (!_process.Send($"{_lastId} {request}"))
        {
            throw Died(_process);
        }
    }

    private void Return(UserCall call, UserResult result, TimeSpan now) =>
        _replies.Enqueue(new IutReply(now, call.Id, result));

    private static UserResult Received(UpperTesterReply reply)
    {
        if (reply.Error is not null)
        {
            return ResultOf(reply);
        }
        return reply.Values[0] == "eof"
            ? UserResult.Ok with { EndOfStream = true }
            : UserResult.Ok with { Text = Convert.FromHexString(reply.Values[0]) };
    }

    private static UserResult ResultOf(UpperTesterReply reply) => reply.Error is null
        ? UserResult.Ok
        : new UserResult(ErrorOf(reply.Error)) { Detail = reply.Error };

    private static UserError ErrorOf(string name) => name switch
    {
        "ECONNREFUSED" => UserError.Refused,
        "ECONNRESET" => UserError.Reset,
        "ETIMEDOUT" => UserError.TimedOut,
        "EHOSTUNREACH" or "ENETUNREACH" or "ENOPROTOOPT" or "EPROTO" => UserError.Unreachable,
        "EPIPE" or "ESHUTDOWN" => UserError.Closing,
        "ENOTCONN" or "EBADF" or "ECANCELED" => UserError.NotConnected,
        "EADDRINUSE" or "EADDRNOTAVAIL" => UserError.AddressInUse,
        "EACCES" or "EAFNOSUPPORT" => UserError.InvalidAddress,
        _ => UserError.Other,
    };

    private static string Name(UserOption option) => option switch
    {
        UserOption.NoDelay => "nodelay",
        UserOption.KeepAlive => "keepalive",
        UserOption.KeepAliveIdle => "keepalive-idle",
        UserOption.KeepAliveInterval => "keepalive-interval",
        UserOption.KeepAliveCount => "keepalive-count",
        UserOption.UserTimeout => "user-timeout",
        UserOption.ReceiveBuffer => "rcvbuf",
        UserOption.SendBuffer => "sndbuf",
        UserOption.TrafficClass => "traffic-class",
        UserOption.HopLimit => "hop-limit",
    };

    private static string Words(SocketAddress socket) => $"{socket.Address} {socket.Port}";
}
