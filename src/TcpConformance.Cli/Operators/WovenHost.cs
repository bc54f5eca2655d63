namespace TcpConformance.Cli.Operators;

/// <summary>What is woven, and the program whose hidden verb tries mutants of it.</summary>
/// <param name="Assembly">The file that is woven; it lies beside this program.</param>
/// <param name="Program">The program, without its folder.</param>
/// <param name="Verb">Its hidden verb: see <see cref="OperatorWorker"/>.</param>
internal sealed record WovenHost(string Assembly, string Program, string Verb)
{
    /// <summary>The reference engine, judged by the suite.</summary>
    internal static readonly WovenHost Engine =
        new("TcpConformance.Engine.dll", "TcpConformance.Cli", "operator-worker");

    /// <summary>Whether a type, by its full name, is woven; null: all are.</summary>
    internal Predicate<string>? Includes { get; init; }
}
