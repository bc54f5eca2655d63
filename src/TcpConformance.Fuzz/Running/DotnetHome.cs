using System.Diagnostics;

namespace TcpConformance.Fuzz.Running;

/// <summary>What every process needs that we start from a copy of the program.</summary>
internal static class DotnetHome
{
    internal static void Set(ProcessStartInfo start)
    {
        // Below it stands shared/Microsoft.NETCore.App/VERSION.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(
            Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
    }
}
