using BenchmarkDotNet.Running;

// 'dotnet run -c Release --project tests/TcpConformance.Benchmarks -- --filter *Parse*'
BenchmarkSwitcher.FromAssembly(typeof(TcpConformance.Benchmarks.ParseBench).Assembly)
    .Run(args);
return 0;
