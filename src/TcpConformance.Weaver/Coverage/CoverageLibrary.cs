using System.Runtime.InteropServices;

namespace TcpConformance.Weaver.Coverage;

/// <summary>The native library whose functions hear of comparisons: the process that starts a woven
/// program names it.</summary>
public static class CoverageLibrary
{
    /// <summary>The environment variable with the path of the library.</summary>
    public const string Variable = "TCPCONF_COVERAGE_LIBRARY";

    /// <summary>The loaded library; 0: there is none.</summary>
    public static readonly nint Handle =
        Environment.GetEnvironmentVariable(Variable) is string path
            ? NativeLibrary.Load(path)
            : 0;

    internal static nint Find(string function) =>
        Handle != 0 && NativeLibrary.TryGetExport(Handle, function, out nint address)
            ? address
            : 0;
}
