using SharpFuzz;
using TcpConformance.Fuzz;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Cli.SharpFuzzing;

/// <summary>Hosts a target for SharpFuzz's drivers; built only with <c>-p:WithSharpFuzz=true</c>.
/// </summary>
internal static class SharpFuzzHost
{
    // What libfuzzer-dotnet tells the process that it starts.
    private const string LibFuzzerVariable = "__LIBFUZZER_SHM_ID";

    /// <summary>Runs until the driver that has started this process is done.</summary>
    internal static void Run(FuzzTarget target)
    {
        // Under afl-fuzz a process of its own runs the target; libfuzzer-dotnet starts this one.
        if (Environment.GetEnvironmentVariable(CoverageMap.SharedVariable) is not null)
        {
            Fuzzer.OutOfProcess.Run((Stream stream) =>
            {
                using var input = new MemoryStream();
                stream.CopyTo(input);
                target.Run(input.ToArray());
            });
            return;
        }
        if (Environment.GetEnvironmentVariable(LibFuzzerVariable) is null)
        {
            throw new UsageException(
                "--engine sharpfuzz is started by a driver: libfuzzer-dotnet or afl-fuzz");
        }
        Fuzzer.LibFuzzer.Run((ReadOnlySpan<byte> input) => target.Run(input));
    }
}
