using System.Runtime.InteropServices;

namespace TcpConformance.Fuzz.Running;

/// <summary>The two pipes between afl-fuzz and what it calls the fork server: words of 32 bits.
/// </summary>
internal static unsafe partial class AflPipe
{
    /// <summary>Extended functions follow: the segment of test cases, and the size of the map.
    /// </summary>
    internal const uint SharedTestCases = 0x8100_0001;

    private const uint MapSizeFlag = 0x4000_0000;
    private const int FromAfl = 198;
    private const int ToAfl = 199;
    private const int Interrupted = 4; // EINTR

    /// <summary>What is said first.</summary>
    /// <param name="counters">Octets of the map.</param>
    internal static uint Greeting(int counters) =>
        SharedTestCases | MapSizeFlag | ((uint)(Math.Max(counters, 2) - 1) << 1);

    /// <summary>Takes a word.</summary>
    /// <returns>Whether one came; afl-fuzz is gone if not.</returns>
    internal static bool Read(out uint word)
    {
        uint taken = 0;
        nint got;
        do
        {
            got = ReadFrom(FromAfl, &taken, sizeof(uint));
        }
        while (got < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        word = taken;
        return got == sizeof(uint);
    }

    /// <summary>Gives a word.</summary>
    /// <returns>Whether anybody takes it.</returns>
    internal static bool Write(uint word)
    {
        nint given;
        do
        {
            given = WriteTo(ToAfl, &word, sizeof(uint));
        }
        while (given < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return given == sizeof(uint);
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFrom(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, void* buffer, nuint count);
}
