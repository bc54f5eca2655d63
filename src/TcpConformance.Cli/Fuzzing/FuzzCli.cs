using TcpConformance.Fuzz;

namespace TcpConformance.Cli.Fuzzing;

/// <summary>What the verbs below <c>fuzz</c> agree on.</summary>
internal static class FuzzCli
{
    /// <summary>The program that is copied, woven and started again.</summary>
    internal const string Program = "TcpConformance.Cli";

    /// <summary>Where a target's corpus and findings are unless told otherwise.</summary>
    internal static string Home(FuzzTarget target) => Path.Combine("out", "fuzz", target.Name);
}
