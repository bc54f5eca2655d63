using TcpConformance.Harness.Judging;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>Plays what crosses an IUT's boundary to an oracle.</summary>
/// <remarks>
/// Statements stand between semicolons: <c>&gt; SEGMENT</c> goes to the IUT, <c>&lt; SEGMENT</c>
/// comes from it (<see cref="SegmentScript"/>), <c>+MS</c> lets time pass, <c>icmp KIND CODE
/// [MTU]</c> quotes what the IUT sent last. User calls: listen, stop, connect, accept, send N,
/// urgent N, shutdown, close, abort, receive, nodelay, keepalive MS, usertimeout MS. What the user
/// is told: connected, got N, got end, other N, told ERROR. Settings: iss N, irs N, pair N (the
/// tester's port), survive ID (silence from now on contradicts it); claim C, disclaim C, latency
/// MS, granularity MS, mtu N before anything else.
/// </remarks>
internal sealed class TraceScript
{
    private const ushort IutPort = 80;
    private static readonly IpAddress Iut = IpAddress.Parse("10.0.0.1");
    private static readonly IpAddress IutToo = IpAddress.Parse("10.0.0.3");
    private static readonly IpAddress Tester = IpAddress.Parse("10.0.0.2");

    private Ixit _ixit = new() { R2 = TimeSpan.FromSeconds(100), R2Syn = TimeSpan.FromMinutes(3) };
    private Claims _claims = Claims.BlindAttackMitigation | Claims.KeepAlive;
    private Oracle? _oracle;
    private TimeSpan _now;
    private SeqNumber _iss = new(500_000);
    private SeqNumber _irs = new(0xffff_ff00); // so that the peer's numbers wrap around
    private ushort _port = 40_000;
    private int _calls;
    private int _given;
    private int _read;
    private UserCall? _waiting;
    private byte[] _last = [];

    public Oracle Oracle => _oracle ??= new Oracle(_ixit, _claims);

    /// <summary>Names of the broken rules, in order.</summary>
    public IEnumerable<string> Broken => Oracle.Violations.Select(v => v.Rule);

    private SocketPair Pair => new(new(Iut, IutPort), new(Tester, _port));

    /// <summary>Plays a script; what is due at its end is judged.</summary>
    public static TraceScript Play(string script)
    {
        var trace = new TraceScript();
        foreach (string statement in script.Split(
            [';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            trace.Step(statement);
        }
        trace.Wait(TimeSpan.Zero);
        return trace;
    }

    private void Step(string statement)
    {
        string[] words = statement.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words[0])
        {
            case ">":
                ToIut(new SegmentScript(statement[1..], _irs, _iss).Result);
                break;
            case "<":
                FromIut(new SegmentScript(statement[1..], _iss, _irs));
                break;
            case "icmp":
                Icmp(words);
                break;
            case [ '+', .. string ms ]:
                Wait(Milliseconds(ms));
                break;
            default:
                if (!Setting(words) && !UserIsTold(words))
                {
                    Call(words);
                }
                break;
        }
    }

    private static TimeSpan Milliseconds(string text) =>
        TimeSpan.FromMilliseconds(long.Parse(text));

    private void ToIut(Segment segment)
    {
        Segment whole = segment with { SourcePort = _port, DestinationPort = IutPort };
        Oracle.ToIut(_now, PacketWriter.Packet(Tester, Iut, whole));
    }

    private void FromIut(SegmentScript script)
    {
        Segment whole = script.FromIut with { SourcePort = IutPort, DestinationPort = _port };
        _last = PacketWriter.Packet(script.OtherAddress ? IutToo : Iut, Tester, whole);
        Oracle.FromIut(_now, _last);
    }

    private void Icmp(string[] words)
    {
        uint mtu = words.Length > 3 ? uint.Parse(words[3]) : 0;
        byte[] message = IcmpWriter.ErrorV4(
            Enum.Parse<IcmpKind>(words[1]), byte.Parse(words[2]), _last, mtu);
        Oracle.ToIut(_now, PacketWriter.Packet(Tester, Iut, IpProtocol.Icmp, message));
    }

    private void Wait(TimeSpan time)
    {
        TimeSpan until = _now + time;
        while (Oracle.NextDeadline is TimeSpan due && due < until)
        {
            _now = due > _now ? due : _now;
            Oracle.Advance(_now, TimeSpan.Zero);
            if (Oracle.NextDeadline is TimeSpan same && same <= due)
            {
                break;
            }
        }
        _now = until;
        Oracle.Advance(_now, TimeSpan.Zero);
    }

    private bool Setting(string[] words)
    {
        switch (words[0])
        {
            case "iss":
                _iss = new SeqNumber(uint.Parse(words[1]));
                break;
            case "survive":
                Oracle.SilenceContradicts = words[1];
                break;
            case "irs":
                _irs = new SeqNumber(uint.Parse(words[1]));
                break;
            case "pair":
                _port = (ushort)(40_000 + int.Parse(words[1]));
                break;
            case "claim":
                _claims |= Enum.Parse<Claims>(words[1]);
                break;
            case "disclaim":
                _claims &= ~Enum.Parse<Claims>(words[1]);
                break;
            case "latency":
                _ixit = _ixit with { Latency = Milliseconds(words[1]) };
                break;
            case "granularity":
                _ixit = _ixit with { TimerGranularity = Milliseconds(words[1]) };
                break;
            case "r2":
                _ixit = _ixit with { R2 = Milliseconds(words[1]), R2Syn = Milliseconds(words[1]) };
                break;
            case "mtu":
                _ixit = _ixit with { Mtu = int.Parse(words[1]) };
                break;
            default:
                return false;
        }
        return true;
    }

    private void Call(string[] words)
    {
        bool refused = words[0] == "refused";
        words = refused ? words[1..] : words;
        int given = _given;
        UserCall call = new(++_calls, UserCallKind.SetOption, Pair);
        call = words[0] switch
        {
            "send" => Given(call, int.Parse(words[1])),
            "urgent" => Given(call, int.Parse(words[1])) with { Urgent = true },
            "receive" => call with { Kind = UserCallKind.Receive, Count = 65536 },
            "listen" or "stop" => call with
            {
                Kind = words[0] == "listen" ? UserCallKind.Listen : UserCallKind.StopListening,
                Pair = new(Pair.Iut, default),
            },
            "nodelay" => call with { Option = UserOption.NoDelay, Value = 1 },
            "keepalive" when words.Length == 1 => call with
            {
                Option = UserOption.KeepAlive, Value = 1,
            },
            "keepalive" => Option(UserOption.KeepAliveIdle, words[1], UserOption.KeepAlive),
            "usertimeout" => call with
            {
                Option = UserOption.UserTimeout, Value = int.Parse(words[1]),
            },
            _ => call with { Kind = Enum.Parse<UserCallKind>(words[0], ignoreCase: true) },
        };
        Oracle.CallStarted(_now, call);
        if (call.Kind is UserCallKind.Receive or UserCallKind.Connect)
        {
            _waiting = call;
            return;
        }
        _given = refused ? given : _given;
        Oracle.CallReturned(
            _now, call, refused ? new UserResult(UserError.NotConnected) : UserResult.Ok);
    }

    private UserCall Option(UserOption option, string value, UserOption then)
    {
        UserCall call = new(++_calls, UserCallKind.SetOption, Pair)
        {
            Option = option, Value = int.Parse(value),
        };
        Oracle.CallStarted(_now, call);
        return call with { Id = ++_calls, Option = then, Value = 1 };
    }

    private UserCall Given(UserCall call, int octets)
    {
        byte[] text = SegmentScript.Text(1 + _given, octets);
        _given += octets;
        return call with { Kind = UserCallKind.Send, Text = text };
    }

    private bool UserIsTold(string[] words)
    {
        UserResult? result = words switch
        {
            ["connected"] => UserResult.Ok,
            ["got", "end"] => UserResult.Ok with { EndOfStream = true },
            ["got", string n] => UserResult.Ok with { Text = Read(int.Parse(n), false) },
            ["other", string n] => UserResult.Ok with { Text = Read(int.Parse(n), true) },
            ["told", string e] => new UserResult(Enum.Parse<UserError>(e, ignoreCase: true)),
            _ => null,
        };
        if (result is null)
        {
            return false;
        }
        Oracle.CallReturned(_now, _waiting!, result);
        _waiting = null;
        return true;
    }

    private byte[] Read(int octets, bool other)
    {
        byte[] text = SegmentScript.Text(1 + _read, octets, other);
        _read += octets;
        return text;
    }
}
