using System.CommandLine;
using System.CommandLine.Help;
using TcpConformance.Cli.Verbs;
using TcpConformance.Fuzz;
using TcpConformance.Harness.Iuts;
using TcpConformance.Spec.Requirements;
using TcpConformance.Tap;

namespace TcpConformance.Cli;

/// <summary>The verbs, and how their failures reach the user: one line and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Parses the arguments and runs the verb.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(string[] args)
    {
        // Not a RootCommand: that has the name of the assembly.
        var root = new Command(
            "tcpconf", "Judges TCP implementations by an executable specification of RFC 9293.")
        {
            TestVerb.Command(), MutantsVerb.Command(), ListVerb.Command(), IutsVerb.Command(),
            ExplainVerb.Command(), ServeVerb.Command(), FuzzVerb.Command(), DiffVerb.Command(),
            new HelpOption(), new VersionOption(),
        };
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Refuse(Unparsed.Why(parsed));
        }
        if (Unparsed.WhatNoVerbTakes(parsed) is string wrong)
        {
            return Refuse(wrong);
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // Signals are each verb's own.
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception e) when (e is UsageException or ProfileException or CatalogueException
            or TapUnavailableException or IutLostException
            or FuzzUnavailableException or StackUnavailableException)
        {
            return Refuse(e.Message);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException e)
        {
            return Refuse(e.Message);
        }
    }

    /// <summary>Says one line on standard error.</summary>
    internal static void Complain(string message) =>
        Console.Error.WriteLine("tcpconf: " + message.ReplaceLineEndings(" "));

    private static int Refuse(string message)
    {
        Complain(message);
        return ExitCode.Usage;
    }
}
