using System.Runtime.InteropServices;
using TcpConformance.Cli;
using TcpConformance.Tap.UpperTesting;

if (args is not ["upper-tester", .. string[] options])
{
    return CommandLine.Run(args);
}
// Not a verb for people: the other side of a TAP, started by the program itself. A terminal sends
// Ctrl-C to both; the upper tester has to outlive it, so that the run ends in good order.
using PosixSignalRegistration deaf =
    PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
return LinuxUpperTester.Run(options);
