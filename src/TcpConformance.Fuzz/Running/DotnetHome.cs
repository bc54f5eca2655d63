using System.Diagnostics;

namespace TcpConformance.Fuzz.Running;

/// <summary>What every process needs that we start from a copy of the program.</summary>
public static class DotnetHome
{
    /// <summary>Below it stands shared/Microsoft.NETCore.App/VERSION.</summary>
    internal static string Root => Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    /// <summary>Sets it.</summary>
    /// <param name="start">The process that is to be started.</param>
    public static void Set(ProcessStartInfo start)
    {
        start.Environment["DOTNET_ROOT"] = Root;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
    }

    /// <summary>And what a process needs besides that runs woven code for long.</summary>
    internal static void SetForWoven(ProcessStartInfo start)
    {
        Set(start);
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_QuickJit"] = "0"; // it runs often from the start
        start.Environment["DOTNET_gcConcurrent"] = "0";
    }
}
