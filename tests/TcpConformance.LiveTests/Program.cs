using TcpConformance.Fuzz.Running;
using TcpConformance.LiveTests.Fuzzing;
using TcpConformance.LiveTests.Tap;

// The tests start this assembly as a program, where a process of its own is what is tested.
if (FuzzWorker.IsAsked(args))
{
    return FuzzWorker.Run(args, PlantedTargets.All);
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
    return FuzzReplay.Work(args, PlantedTargets.All);
}
return args switch
{
    ["hold"] => TapOwner.Hold(),
    ["user-namespace"] => TapOwner.EnterUserNamespace(),
    ["measure"] => LinkSpeed.Print(),
    _ => 2,
};
