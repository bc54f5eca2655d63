using System.CommandLine;
using System.Security.Cryptography;
using TcpConformance.Cli.Serving;
using TcpConformance.Engine;
using TcpConformance.Tap;
using TcpConformance.Wire;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf serve</c>: the reference engine as a host.</summary>
internal static class ServeVerb
{
    private const int Buffer = 1 << 20;
    private const int DefaultPort = 80;

    private static readonly LinkPlan Plan = new()
    {
        GatewayV4 = IpAddress.Parse("10.77.0.2"),
        GatewayV6 = IpAddress.Parse("fd77::2"),
    };

    internal static Command Command()
    {
        var tap = new Option<string?>("--tap")
        {
            Description = "Attach to this TAP device, which is there already, instead of making "
                + "one in a namespace of its own.",
            HelpName = "NAME",
        };
        Option<long> port = NumberOption.Create(
            "--port", DefaultPort, ushort.MaxValue, "The port of http.");
        var command = new Command(
            "serve",
            "Runs the reference engine as a host on a TAP: echo (7), discard (9), chargen (19), "
            + "http. Ends with Ctrl-C.")
        {
            tap, port,
        };
        command.SetAction(parsed => Serve(parsed.GetValue(tap), (ushort)parsed.GetValue(port)));
        return command;
    }

    private static int Serve(string? name, ushort port)
    {
        if (port == 0 || ServiceSet.IsTaken(port))
        {
            throw new UsageException($"--port {port} is not free: take one other than 0, 7, 9, 19");
        }
        using var interruption = new Interruption();
        if (name is not null)
        {
            using TapDevice tap = TapDevice.Attach(name);
            Console.WriteLine($"serving on {name} as {Plan.GatewayV4} and {Plan.GatewayV6}");
            Run(tap, port, interruption.Token);
            return ExitCode.Conforms;
        }
        UserNamespace.RestartWhereNeeded();
        using IutNetwork network = IutNetwork.Open(Plan, [("net.ipv4.tcp_no_metrics_save", "1")]);
        Console.WriteLine($"serving as {Plan.GatewayV4} and {Plan.GatewayV6}; reach it with");
        Console.WriteLine(
            $"  {Enter(network.Space)} curl http://{Plan.GatewayV4}{Suffix(port)}/");
        Run(network.Link, port, interruption.Token);
        return ExitCode.Conforms;
    }

    private static void Run(IFrameLink tap, ushort port, CancellationToken cancel)
    {
        var stack = new TcpStack(new TcpStackOptions
        {
            Addresses = [Plan.GatewayV4, Plan.GatewayV6],
            SecretKey = RandomNumberGenerator.GetBytes(16),
            Seed = RandomNumberGenerator.GetInt32(int.MaxValue),
            Mtu = Plan.Mtu,
            SendBuffer = Buffer,
            ReceiveBuffer = Buffer,
        });
        // On the link it has its own addresses only.
        LinkPlan own = Plan with { PrefixV4 = 32, PrefixV6 = 128 };
        new EngineHost(tap, own, stack, new ServiceSet(stack, port)).Run(cancel);
    }

    private static string Suffix(int port) => port == DefaultPort ? "" : $":{port}";

    // The namespace has no name: it is that of one thread of this process.
    private static string Enter(NetworkNamespace space)
    {
        string thread = space.Run(() => new FileInfo("/proc/thread-self").LinkTarget!);
        string user = UserNamespace.IsInside
            ? $"--user=/proc/{Environment.ProcessId}/ns/user --preserve-credentials "
            : "";
        return $"nsenter {user}--net=/proc/{thread}/ns/net";
    }
}
