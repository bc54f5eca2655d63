using TcpConformance.Cli;
using TcpConformance.Tap.UpperTesting;

// Not a verb for people: the other side of a TAP, started by the program itself.
return args is ["upper-tester", .. string[] options]
    ? LinuxUpperTester.Run(options)
    : CommandLine.Run(args);
