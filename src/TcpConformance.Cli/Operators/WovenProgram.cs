using TcpConformance.Weaver;
using TcpConformance.Weaver.Operators;

namespace TcpConformance.Cli.Operators;

/// <summary>A copy of this program in a temporary directory, with a woven assembly.</summary>
internal sealed class WovenProgram : IDisposable
{
    private const string Prefix = "tcpconf-operators-";

    private readonly ProgramCopy _copy;

    private WovenProgram(ProgramCopy copy, WovenHost host)
    {
        _copy = copy;
        Mutants = OperatorWeaver.Weave(
            Path.Combine(AppContext.BaseDirectory, host.Assembly),
            Path.Combine(copy.Folder, host.Assembly), host.Includes);
    }

    /// <summary>Where it lies.</summary>
    internal string Folder => _copy.Folder;

    /// <summary>What was woven in.</summary>
    internal IReadOnlyList<OperatorMutant> Mutants { get; }

    /// <summary>Makes one.</summary>
    /// <param name="host">What is woven; null: the engine.</param>
    internal static WovenProgram Make(WovenHost? host = null)
    {
        var copy = ProgramCopy.Make(Prefix);
        try
        {
            return new WovenProgram(copy, host ?? WovenHost.Engine);
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
