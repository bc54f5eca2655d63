using BenchmarkDotNet.Attributes;
using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Benchmarks;

/// <summary>Two engines in virtual time, one sends in bulk: cost per segment.</summary>
[Config(typeof(QuickConfig))]
public class EngineBench
{
    private const int Segments = 10_000;
    private readonly byte[] _packet = new byte[1500];
    private readonly byte[] _text = new byte[16 * 1024];
    private readonly byte[] _sink = new byte[64 * 1024];
    private TcpStack _left = null!;
    private TcpStack _right = null!;
    private TcpConnection _sender = null!;
    private TcpConnection _receiver = null!;
    private TimeSpan _now;
    private int _count;

    [GlobalSetup]
    public void Open()
    {
        IpAddress left = IpAddress.Parse("10.0.0.1");
        SocketAddress service = new(IpAddress.Parse("10.0.0.2"), 80);
        _left = new TcpStack(new TcpStackOptions { Addresses = [left] });
        _right = new TcpStack(new TcpStackOptions { Addresses = [service.Address] });
        TcpListener listener = _right.Listen(service, 1, _now);
        _sender = _left.Connect(null, service, _now);
        Exchange();
        if (!listener.TryAccept(out TcpConnection? accepted))
        {
            throw new InvalidOperationException("the connection is not established");
        }
        _receiver = accepted;
    }

    [Benchmark(OperationsPerInvoke = Segments)]
    public int Bulk()
    {
        _count = 0;
        while (_count < Segments)
        {
            _sender.Send(_text, _now);
            Exchange();
            _receiver.Receive(_sink, _now);
            _now += TimeSpan.FromMicroseconds(100);
            _left.Advance(_now);
            _right.Advance(_now);
        }
        return _count;
    }

    private void Exchange()
    {
        int before;
        do
        {
            before = _count;
            Carry(_left, _right);
            Carry(_right, _left);
        }
        while (_count != before);
    }

    private void Carry(TcpStack from, TcpStack to)
    {
        int length;
        while ((length = from.Transmit(_packet, _now)) > 0)
        {
            to.Receive(_packet.AsSpan(0, length), _now);
            _count++;
        }
    }
}
