using TcpConformance.Tap;
using TcpConformance.Tap.UpperTesting;

namespace TcpConformance.LiveTests.Tap;

/// <summary>What the tests let a process of its own do with a TAP.</summary>
internal static class TapOwner
{
    /// <summary>Opens all that a run opens, tells of it, stays until its input ends.</summary>
    public static int Hold()
    {
        using IutNetwork network = IutNetwork.Open(new LinkPlan(), []);
        using UpperTesterProcess upper = LiveLink.StartUpper(network.Space);
        // A child that does not look at its input: only the kernel can end it.
        using ChildProcess sleeper = ChildProcess.Start(network.Space, "sleep", ["1000"]);
        string space = network.Space.Run(() =>
            new FileInfo("/proc/thread-self/ns/net").LinkTarget!);
        Console.WriteLine($"{upper.Pid} {space} {sleeper.Pid}");
        _ = Console.In.ReadLine();
        return 0;
    }

    /// <summary>Without root: goes on in a user namespace and says what can be had there.</summary>
    public static int EnterUserNamespace()
    {
        try
        {
            UserNamespace.RestartWhereNeeded();
            using NetworkNamespace space = NetworkNamespace.Create();
            SysctlOutcome outcome = space.WriteSysctl("net.ipv4.tcp_invalid_ratelimit", "0");
            Console.WriteLine($"{outcome} {space.ReadSysctl("net.ipv4.tcp_invalid_ratelimit")}");
            using TapDevice tap = TapDevice.Create(space, "tap0");
            Console.WriteLine(tap.Name);
            return 0;
        }
        catch (TapUnavailableException e)
        {
            Console.WriteLine($"{e.Fault} {e.Message}");
            return 2;
        }
    }
}
