using System.Globalization;
using System.Runtime.InteropServices;

namespace TcpConformance.Weaver.Coverage;

/// <summary>System V memory that a fuzzer shares with this process.</summary>
public static unsafe partial class SharedSegment
{
    private const nint Failed = -1;
    private const int Remove = 0; // IPC_RMID

    /// <summary>Puts a segment into this process's memory.</summary>
    /// <param name="id">Its number, as the fuzzer says it in an environment variable.</param>
    /// <exception cref="InvalidOperationException">There is no such segment.</exception>
    public static byte* Attach(string id)
    {
        nint at = int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? AttachSegment(number, 0, 0)
            : Failed;
        return at != Failed
            ? (byte*)at
            : throw new InvalidOperationException($"there is no shared memory segment {id}");
    }

    /// <summary>Lets a segment go with the last process that uses it.</summary>
    public static void RemoveWhenUnused(string id)
    {
        if (int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            _ = ControlSegment(number, Remove, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "shmctl")]
    private static partial int ControlSegment(int id, int command, nint buffer);

    [LibraryImport("libc", EntryPoint = "shmat")]
    private static partial nint AttachSegment(int id, nint address, int flags);
}
