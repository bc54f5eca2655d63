using System.ComponentModel;
using System.Diagnostics;

namespace TcpConformance.Harness.Iuts.Lwip;

/// <summary>Runs a tool of the machine to its end.</summary>
internal static class ToolRun
{
    /// <summary>Runs it.</summary>
    /// <param name="tool">Its name.</param>
    /// <param name="package">The Debian package that has it.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Added to its environment.</param>
    /// <returns>What it has written to its standard output.</returns>
    /// <exception cref="StackUnavailableException">It is missing, or it failed.</exception>
    internal static string Run(
        string tool, string package, string folder, IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new StackUnavailableException(
                $"{tool} is missing: install the Debian package {package}");
        }
        using (process)
        {
            process.StandardInput.Close();
            Task<string> complaints = process.StandardError.ReadToEndAsync();
            string said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                string[] lines = complaints.Result.Split(
                    '\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                string why = lines.FirstOrDefault(l => l.Contains("error", StringComparison.Ordinal)
                    || l.StartsWith("E:", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "";
                throw new StackUnavailableException($"{tool} failed: {why}");
            }
            return said;
        }
    }
}
