using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace TcpConformance.Benchmarks;

// In this process: no project is generated and built for each benchmark, and a class is done
// within seconds.
public sealed class QuickConfig : ManualConfig
{
    public QuickConfig()
    {
        AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithIterationTime(TimeInterval.FromMilliseconds(100))
            .WithWarmupCount(4)
            .WithIterationCount(8));
        AddDiagnoser(MemoryDiagnoser.Default);
        HideColumns(Column.Toolchain, Column.IterationCount, Column.WarmupCount, Column.Job);
    }
}
