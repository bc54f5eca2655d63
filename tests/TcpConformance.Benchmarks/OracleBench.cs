using BenchmarkDotNet.Attributes;
using TcpConformance.Harness.Judging;
using TcpConformance.Spec.Profile;

namespace TcpConformance.Benchmarks;

/// <summary>An oracle watches a bulk transfer: cost per segment, whichever way it goes.</summary>
[Config(typeof(QuickConfig))]
public class OracleBench
{
    private const int Segments = 20_000;

    private readonly Ixit _ixit = new();
    private RecordedTransfer _transfer = null!;

    [Params("sends", "receives")]
    public string Iut { get; set; } = "sends";

    [Params(false, true)]
    public bool TimestampsAndSack { get; set; }

    [GlobalSetup]
    public void Record() =>
        _transfer = new RecordedTransfer(Segments, Iut == "sends", TimestampsAndSack);

    [Benchmark(OperationsPerInvoke = Segments, Description = "one segment")]
    public long Bulk()
    {
        Oracle oracle = new(_ixit, RecordedTransfer.Claimed);
        _transfer.Replay(oracle, 0, _transfer.Count);
        return oracle.Violations.Count == 0
            ? oracle.Judged
            : throw new InvalidOperationException(oracle.Violations[0].Message);
    }
}
