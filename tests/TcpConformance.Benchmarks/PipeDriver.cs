using System.Diagnostics;
using System.Runtime.CompilerServices;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Running;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Benchmarks;

// The other side of a ratio: libFuzzer in a native process, the target in this one.
internal static unsafe class PipeDriver
{
    internal const string Option = "--pipe-target=";

    private const string Source = "native/pipe_driver.cpp";
    private const int MapSize = 1 << 16; // as in the source

    // Builds the driver from the same archive as the shim.
    internal static string Build(string folder)
    {
        string code = Path.Combine(folder, "pipe_driver.cpp");
        using (Stream source = typeof(PipeDriver).Assembly.GetManifestResourceStream(Source)!)
        using (FileStream file = File.Create(code))
        {
            source.CopyTo(file);
        }
        string driver = Path.Combine(folder, "pipe_driver");
        string archive = LibFuzzerShim.FindArchive(LibFuzzerShim.DefaultRoot)!;
        using Process compiler = Process.Start(
            "g++",
            [
                "-O2", "-o", driver, code, "-Wl,--whole-archive", archive,
                "-Wl,--no-whole-archive", "-lpthread", "-lm", "-ldl", "-lrt",
            ]);
        compiler.WaitForExit();
        return compiler.ExitCode == 0
            ? driver
            : throw new InvalidOperationException("g++ cannot build the driver");
    }

    // Runs the target for the driver, until that is gone.
    internal static int Work(string name)
    {
        FuzzTarget target = FuzzTargets.All.First(t => t.Name == name);
        RuntimeHelpers.RunClassConstructor(typeof(CoverageHooks).TypeHandle);
        byte* input = CoverageMap.Counters + MapSize;
        AflPipe.Write(0);
        while (AflPipe.Read(out uint length))
        {
            uint status = 0;
            try
            {
                target.Run(new ReadOnlySpan<byte>(input, (int)length));
            }
            catch (Exception e)
            {
                Console.Error.WriteLine(e);
                status = 1;
            }
            if (!AflPipe.Write(status))
            {
                break;
            }
        }
        return 0;
    }
}
