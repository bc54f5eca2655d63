using BenchmarkDotNet.Running;
using TcpConformance.Benchmarks;

// 'dotnet run -c Release --project tests/TcpConformance.Benchmarks -- --filter *Parse*'
// 'dotnet run -c Release --project tests/TcpConformance.Benchmarks -- memory'
if (args is ["memory"])
{
    IdleConnections.Print();
    return 0;
}
BenchmarkSwitcher.FromAssembly(typeof(ParseBench).Assembly).Run(args);
return 0;
