using System.Runtime.InteropServices;
using TcpConformance.Cli;
using TcpConformance.Cli.Fuzzing;
using TcpConformance.Cli.Operators;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Covering;
using TcpConformance.Fuzz.Running;
using TcpConformance.Tap;
using TcpConformance.Tap.UpperTesting;

if (args is ["operator-worker"])
{
    // Started by the program itself, from a copy of it whose engine is woven.
    return OperatorWorker.Run();
}
if (FuzzWorker.IsAsked(args))
{
    // Likewise, with what the target names woven.
    return FuzzWorker.Run(args, FuzzTargets.All);
}
if (ExportedTarget.IsAsked(args))
{
    return ExportedTarget.Run(args);
}
if (AflServer.IsAsked(args))
{
    return AflServer.Run(args, FuzzTargets.All);
}
if ((FuzzReplay.IsAsked(args) || FindingPages.IsAsked(args))
    && FuzzTargets.Among(args).Count > FuzzTargets.All.Count)
{
    // Does not return where it helps: the program goes on in a user namespace.
    UserNamespace.RestartWhereNeeded();
}
if (FuzzReplay.IsAsked(args))
{
    return FuzzReplay.Work(args, FuzzTargets.Among(args));
}
if (CoverageWorker.IsAsked(args))
{
    return CoverageWorker.Work(args, FuzzTargets.All);
}
if (FindingPages.IsAsked(args))
{
    return FindingPages.Work(args, FuzzTargets.Among(args));
}
if (args is not ["upper-tester", .. string[] options])
{
    return CommandLine.Run(args);
}
// Not a verb for people: the other side of a TAP, started by the program itself. A terminal sends
// Ctrl-C to both; the upper tester has to outlive it, so that the run ends in good order.
using PosixSignalRegistration deaf =
    PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
return LinuxUpperTester.Run(options);
