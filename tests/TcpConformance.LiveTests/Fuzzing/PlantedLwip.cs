using System.Runtime.InteropServices;
using TcpConformance.Fuzz;
using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.LiveTests.Fuzzing;

// lwIP's library with a function that reads an octet too many.
internal static unsafe class PlantedLwip
{
    private static delegate* unmanaged<byte*, uint, int> _read;
    private static int _harmless;

    internal static FuzzTarget Target { get; } = new(
        "lwip-planted", "Ensure that the sanitizer is awake.", Run)
    {
        // libFuzzer does not go on where nothing counts.
        Assemblies = ["TcpConformance.LiveTests"],
        Includes = type => type.StartsWith(
            typeof(PlantedLwip).FullName!, StringComparison.Ordinal),
        LongestInput = 64,
        Surroundings = () => LwipSurroundings.For(LwipFlavour.Planted),
    };

    private static void Run(ReadOnlySpan<byte> input)
    {
        if (_read == null)
        {
            nint library = NativeLibrary.Load(
                Environment.GetEnvironmentVariable(LwipLibrary.Variable)!);
            _read = (delegate* unmanaged<byte*, uint, int>)NativeLibrary.GetExport(
                library, "tcpconf_lwip_planted");
        }
        fixed (byte* octets = input)
        {
            if (input.Length > 2)
            {
                _ = _read(octets, (uint)input.Length);
            }
            else if (!input.IsEmpty)
            {
                _harmless++; // libFuzzer needs a first input that reaches something
            }
        }
    }
}
