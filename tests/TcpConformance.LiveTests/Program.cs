using TcpConformance.Cli.Fuzzing;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Covering;
using TcpConformance.Fuzz.Running;
using TcpConformance.LiveTests.Fuzzing;
using TcpConformance.LiveTests.Tap;

// The tests start this assembly as a program, where a process of its own is what is tested.
IReadOnlyList<FuzzTarget> targets =
    [.. PlantedTargets.All, .. PlantedReaders.All, .. MutantTargets.All, .. FuzzTargets.All];
if (FuzzWorker.IsAsked(args))
{
    return FuzzWorker.Run(args, targets);
}
if (ExportedTarget.IsAsked(args))
{
    return ExportedTarget.Run(args);
}
if (AflServer.IsAsked(args))
{
    return AflServer.Run(args, PlantedTargets.All);
}
if (FuzzReplay.IsAsked(args))
{
    return FuzzReplay.Work(args, targets);
}
if (CoverageWorker.IsAsked(args))
{
    return CoverageWorker.Work(args, targets);
}
if (FindingPages.IsAsked(args))
{
    return FindingPages.Work(args, targets);
}
return args switch
{
    ["hold"] => TapOwner.Hold(),
    ["user-namespace"] => TapOwner.EnterUserNamespace(),
    ["fuzz-power"] => FuzzPower.Print(),
    ["mutant-power", .. string[] seconds] =>
        MutantPower.Print(seconds is [string s] ? int.Parse(s) : 60),
    ["measure"] => LinkSpeed.Print(),
    _ => 2,
};
