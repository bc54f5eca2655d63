using BenchmarkDotNet.Running;
using TcpConformance.Benchmarks;

// 'dotnet run -c Release --project tests/TcpConformance.Benchmarks -- --filter *Parse*'
// 'dotnet run -c Release --project tests/TcpConformance.Benchmarks -- memory'
// 'dotnet run -c Release --project tests/TcpConformance.Benchmarks -- sessions'
if (args is ["memory"])
{
    IdleConnections.Print();
    return 0;
}
if (args is ["sessions"])
{
    SessionSpeed.Print();
    return 0;
}
BenchmarkSwitcher.FromAssembly(typeof(ParseBench).Assembly).Run(args);
return 0;
