using TcpConformance.Weaver;
using TcpConformance.Weaver.Operators;

namespace TcpConformance.Cli.Operators;

/// <summary>A copy of this program in a temporary directory, with a woven engine.</summary>
internal sealed class WovenProgram : IDisposable
{
    private const string Prefix = "tcpconf-operators-";
    private const string Engine = "TcpConformance.Engine.dll";

    private readonly ProgramCopy _copy;

    private WovenProgram(ProgramCopy copy)
    {
        _copy = copy;
        string engine = Path.Combine(AppContext.BaseDirectory, Engine);
        Mutants = OperatorWeaver.Weave(engine, Path.Combine(copy.Folder, Engine));
    }

    /// <summary>Where it lies.</summary>
    internal string Folder => _copy.Folder;

    /// <summary>What was woven in.</summary>
    internal IReadOnlyList<OperatorMutant> Mutants { get; }

    /// <summary>Makes one.</summary>
    internal static WovenProgram Make()
    {
        var copy = ProgramCopy.Make(Prefix);
        try
        {
            return new WovenProgram(copy);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _copy.Dispose();
}
