using BenchmarkDotNet.Running;
using TcpConformance.Benchmarks;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Running;

// 'dotnet run -c Release --project tests/TcpConformance.Benchmarks -- --filter *Parse*'
// 'dotnet run -c Release --project tests/TcpConformance.Benchmarks -- memory'
// 'dotnet run -c Release --project tests/TcpConformance.Benchmarks -- sessions'
// 'dotnet run -c Release --project tests/TcpConformance.Benchmarks -- fuzz-speed'
if (FuzzWorker.IsAsked(args))
{
    return FuzzWorker.Run(args, FuzzTargets.All);
}
if (FuzzReplay.IsAsked(args))
{
    return FuzzReplay.Work(args, FuzzTargets.All);
}
switch (args)
{
    case ["memory"]:
        IdleConnections.Print();
        return 0;
    case ["sessions"]:
        SessionSpeed.Print();
        return 0;
    case [SessionSpeed.Verb, string name]:
        SessionSpeed.PlayHere(name);
        return 0;
    case ["fuzz-speed", .. string[] more]:
        return FuzzSpeed.Print(more.FirstOrDefault());
    case [TargetTimer.Verb, string name, string folder]:
        return TargetTimer.Print(name, folder);
    case [string one] when one.StartsWith(PipeDriver.Option, StringComparison.Ordinal):
        return PipeDriver.Work(one[PipeDriver.Option.Length..]);
}
BenchmarkSwitcher.FromAssembly(typeof(ParseBench).Assembly).Run(args);
return 0;
