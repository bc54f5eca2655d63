using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Engine;

/// <summary>Engine against engine over a link with faults, in virtual time.</summary>
public sealed class PairTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    /// <summary>One run: what the link does, what the users send, what the stacks can do.</summary>
    public sealed record Schedule(
        int Seed, int Loss, int Duplication, int Reordering, int DelayMs, int FromA, int FromB,
        int ReceiveBuffer, bool Sack, bool Timestamps, bool V6, bool BothClose, bool SlowReader);

    internal static Arbitrary<Schedule> Schedules { get; } = Arb.From(
        from seed in Gen.Choose(0, 1_000_000)
        from faults in Gen.Choose(0, 25).Three()
        from delay in Gen.Choose(0, 200)
        from amounts in Gen.Choose(0, 40_000).Two()
        from buffer in Gen.Elements(1, 700, 3000, 20_000, 65535, 300_000)
        from flags in Gen.Elements(true, false).ArrayOf(5)
        select new Schedule(
            seed, faults.Item1, faults.Item2, faults.Item3, delay,
            buffer < 1000 ? amounts.Item1 % 200 : amounts.Item1,
            buffer < 1000 ? amounts.Item2 % 200 : amounts.Item2,
            buffer, flags[0], flags[1], flags[2], flags[3], flags[4]),
        Shrink);

    private static IEnumerable<Schedule> Shrink(Schedule s)
    {
        if (s.Loss > 0) { yield return s with { Loss = s.Loss / 2 }; }
        if (s.Duplication > 0) { yield return s with { Duplication = s.Duplication / 2 }; }
        if (s.Reordering > 0) { yield return s with { Reordering = s.Reordering / 2 }; }
        if (s.FromA > 0) { yield return s with { FromA = s.FromA / 2 }; }
        if (s.FromB > 0) { yield return s with { FromB = s.FromB / 2 }; }
        if (s.DelayMs > 0) { yield return s with { DelayMs = s.DelayMs / 2 }; }
        if (s.SlowReader) { yield return s with { SlowReader = false }; }
        if (s.Sack) { yield return s with { Sack = false }; }
        if (s.Timestamps) { yield return s with { Timestamps = false }; }
    }

    [Test]
    public void Pair_AnySchedule_BytesArriveWholeAndBothClose()
    {
        // The same schedules in every run: what fails today fails tomorrow.
        Config config = Config.QuickThrowOnFailure.WithMaxTest(2000)
            .WithReplay(20_261_121, 4_242_421);
        Check.One(config, Prop.ForAll(Schedules, (Schedule s) => Run(s) is string wrong
            ? throw new AssertionException(wrong)
            : true));
    }

    internal static string? Run(Schedule s, PairWatch? watch = null)
    {
        TcpStack a = Host(s, 1);
        TcpStack b = Host(s, 2);
        LinkFaults faults = new(s.Loss, s.Duplication, s.Reordering, s.DelayMs);
        LossyLink link = new(a, b, faults, s.Seed) { CalmAt = TimeSpan.FromMinutes(1) };
        SocketAddress service = new(Address(s.V6, 2), 80);
        watch?.Begin(a, b, link, service);
        TcpListener listener = b.Listen(service, 4, link.Now);
        SocketAddress own = new(Address(s.V6, 1), 40_000);
        watch?.Connects(own, service);
        Side client = new(a.Connect(own, service, link.Now), s.FromA, s.FromB, 3, s.SlowReader)
        {
            Watch = watch?.Of(0, own, service),
        };
        Side? server = null;
        link.Busy = () => client.Connection.ReadableBytes > 0
            || server?.Connection.ReadableBytes > 0;
        bool closed = link.Run(
            () =>
            {
                if (server is null && listener.TryAccept(out TcpConnection? accepted))
                {
                    server = new Side(accepted, s.FromB, s.FromA, 7, s.SlowReader)
                    {
                        Watch = watch?.Of(1, service, own),
                    };
                }
                client.Step(link.Now, client.Connection.State.IsSynchronized());
                server?.Step(link.Now, s.BothClose);
                return client.Closed && server is { Closed: true };
            },
            Limit);
        string? wrong = watch?.Complaint ?? client.Complaint ?? server?.Complaint;
        return closed && wrong is null
            ? null
            : $"{wrong} {client.Connection.Status} {server?.Connection.Status}";
    }

    private static IpAddress Address(bool v6, int host) =>
        IpAddress.Parse(v6 ? $"fd00::{host}" : $"10.0.0.{host}");

    private static TcpStack Host(Schedule s, int host) => new(new TcpStackOptions
    {
        Addresses = [Address(s.V6, host)],
        ReceiveBuffer = s.ReceiveBuffer,
        Sack = s.Sack || host == 2,
        Timestamps = s.Timestamps || host == 2,
        Seed = s.Seed,
        R2 = TimeSpan.FromMinutes(10),
        SecretKey = [.. Enumerable.Repeat(unchecked((byte)(s.Seed + host)), 16)],
    });

    /// <summary>A user that sends a known sequence, reads the other and closes.</summary>
    internal sealed class Side(
        TcpConnection connection, int toSend, int toReceive, int step, bool slow)
    {
        private readonly byte[] _octets = new byte[4096];
        private int _sent;
        private int _received;
        private bool _shut;

        public TcpConnection Connection => connection;

        public SideWatch? Watch { get; init; }

        public string? Complaint { get; private set; }

        public bool Ended { get; private set; }

        public bool Closed => Ended && connection.State == TcpState.Closed;

        public void Step(TimeSpan now, bool mayClose)
        {
            Send(now);
            Receive(now);
            if (_sent == toSend && (mayClose || Ended) && !_shut)
            {
                _shut = true;
                Watch?.Shutdown(now);
                connection.Shutdown(now);
            }
            if (connection.Error != TcpError.None)
            {
                Complaint ??= $"error {connection.Error}";
            }
        }

        private void Send(TimeSpan now)
        {
            while (_sent < toSend)
            {
                int count = Math.Min(_octets.Length, toSend - _sent);
                for (int i = 0; i < count; i++)
                {
                    _octets[i] = (byte)(((_sent + i) * step) & 255);
                }
                int taken = connection.Send(_octets.AsSpan(0, count), now);
                if (taken <= 0)
                {
                    return;
                }
                Watch?.Sent(now, _octets.AsSpan(0, taken));
                _sent += taken;
            }
        }

        private void Receive(TimeSpan now)
        {
            int count;
            int most = slow ? 100 : _octets.Length;
            while ((count = connection.Receive(_octets.AsSpan(0, most), now)) > 0)
            {
                Watch?.Received(now, _octets.AsSpan(0, count), false);
                for (int i = 0; i < count; i++)
                {
                    if (_octets[i] != (byte)(((_received + i) * ((step + 4) % 8)) & 255))
                    {
                        Complaint ??= $"octet {_received + i} is wrong";
                    }
                }
                _received += count;
                if (slow)
                {
                    break;
                }
            }
            if (connection.EndOfStream)
            {
                if (!Ended)
                {
                    Watch?.Received(now, default, true);
                }
                Ended = true;
                if (_received != toReceive)
                {
                    Complaint ??= $"end after {_received} of {toReceive} octets";
                }
            }
        }
    }
}
