using TcpConformance.Tap;
using TcpConformance.Tap.UpperTesting;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>Starts a program that is an IUT, with its end of the link and what it has to know
/// about it in the environment: <c>specs/iuts/README.md</c>.</summary>
internal static class ProgramLink
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    /// <summary>Makes namespace and link and starts the program, which is the upper tester,
    /// too.</summary>
    /// <exception cref="StackUnavailableException">The program is missing.</exception>
    /// <exception cref="TapUnavailableException">The environment lacks something.</exception>
    internal static (IutNetwork Network, UpperTesterProcess Upper) Start(
        IutProfile profile, LinkPlan plan)
    {
        StackCommand command = StackPrograms.CommandOf(profile);
        FrameSocket socket = FrameSocket.Create();
        IutNetwork network = IutNetwork.OpenFor(plan, socket);
        try
        {
            UpperTesterProcess upper = UpperTesterProcess.Start(
                network.Space, command.Program, command.Arguments,
                new ChildInheritance(socket.ProgramFd, Variables(profile, plan, command)));
            socket.CloseProgramEnd();
            return (network, upper);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the stack answers ARP.</summary>
    /// <exception cref="IutLostException">It doesn't, or has died.</exception>
    internal static void WaitForIut(
        IutProfile profile, IutNetwork network, UpperTesterProcess upper)
    {
        if (!network.WaitForIut(AnswerLimit))
        {
            throw upper.ExitCode is not null
                ? UpperTesterCalls.Died(upper)
                : new IutLostException(
                    $"{profile.Name} has not answered ARP for {profile.V4} within "
                    + $"{AnswerLimit.TotalSeconds} s: see that it reads the link and has the "
                    + "address of TCPCONF_V4");
        }
    }

    private static Dictionary<string, string> Variables(
        IutProfile profile, LinkPlan plan, StackCommand command)
    {
        var variables = new Dictionary<string, string>(command.Variables)
        {
            ["TCPCONF_LINK_FD"] = $"{ChildInheritance.Number}",
            ["TCPCONF_V4"] = $"{plan.IutV4}/{plan.PrefixV4}",
            ["TCPCONF_GATEWAY_V4"] = $"{plan.GatewayV4}",
            ["TCPCONF_MAC"] = $"{plan.IutMac}",
            ["TCPCONF_TESTER_MAC"] = $"{plan.TesterMac}",
            ["TCPCONF_MTU"] = $"{plan.Mtu}",
            ["TCPCONF_SOCKET_OPTIONS"] =
                string.Join(';', profile.SocketOptions.Select(o => $"{o.Name}={o.Value}")),
            ["TCPCONF_SYSCTLS"] =
                string.Join(';', profile.Sysctls.Select(s => $"{s.Name}={s.Value}")),
        };
        if (profile.Claims.HasFlag(Spec.Profile.Claims.Ipv6))
        {
            variables["TCPCONF_V6"] = $"{plan.IutV6}/{plan.PrefixV6}";
            variables["TCPCONF_GATEWAY_V6"] = $"{plan.GatewayV6}";
        }
        return variables;
    }
}
