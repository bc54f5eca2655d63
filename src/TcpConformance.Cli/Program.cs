using TcpConformance.Tap.UpperTesting;

if (args is ["upper-tester", .. string[] options])
{
    return LinuxUpperTester.Run(options);
}
return 0;
