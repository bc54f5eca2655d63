using TcpConformance.Fuzz.Corpus;
using TcpConformance.Weaver;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Fuzz.Running;

/// <summary>A copy of the program in which the assemblies of a target are woven, with the target's
/// seeds and words beside it.</summary>
internal sealed class WovenCopy : IDisposable
{
    private const string Prefix = "tcpconf-fuzz-";

    private readonly ProgramCopy _copy;

    internal WovenCopy(FuzzTarget target)
    {
        _copy = ProgramCopy.Make(Prefix);
        Counters = Weave(target, _copy.Folder);
        Directory.CreateDirectory(Inputs);
        FuzzCorpus.Write(target.Name, Seeds);
        FuzzCorpus.WriteDictionary(target, Dictionary);
    }

    internal string Folder => _copy.Folder;

    /// <summary>Where processes keep the inputs that they run.</summary>
    internal string Inputs => Path.Combine(Folder, "inputs");

    internal string Seeds => Path.Combine(Folder, "seeds");

    internal string Dictionary => Path.Combine(Folder, "words.dict");

    /// <summary>Counters of the woven code.</summary>
    internal int Counters { get; }

    /// <summary>Writes the woven assemblies of a target into a copy of the program.</summary>
    /// <returns>Their counters.</returns>
    internal static int Weave(FuzzTarget target, string folder)
    {
        var weaver = new CoverageWeaver();
        foreach (string assembly in target.Assemblies)
        {
            string file = assembly + ".dll";
            weaver.Weave(
                Path.Combine(AppContext.BaseDirectory, file), Path.Combine(folder, file),
                target.Includes);
        }
        return weaver.Counters;
    }

    /// <inheritdoc/>
    public void Dispose() => _copy.Dispose();
}
