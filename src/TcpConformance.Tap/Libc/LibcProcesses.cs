using System.Runtime.InteropServices;

namespace TcpConformance.Tap;

/// <summary>Calls of the C library that start, replace and end processes.</summary>
internal static unsafe partial class Libc
{
    /// <summary>More than any C library's posix_spawn structures need, in octets.</summary>
    internal const int SpawnStructureSize = 1024;

    internal const short SpawnSetGroup = 2;
    internal const short SpawnSetSignalDefaults = 4;
    internal const int SignalPipe = 13;
    internal const int SignalKill = 9;
    internal const int WaitNoHang = 1;
    private const int FileLimit = 7;

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int SpawnActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int SpawnActionsDuplicate(byte* actions, int fd, int newFd);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int SpawnActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    internal static partial int SpawnAttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int SpawnAttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int SpawnAttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int SpawnAttributesSetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    internal static partial int SignalsEmpty(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    internal static partial int SignalsAdd(byte* signals, int signal);

    [LibraryImport("libc", EntryPoint = "posix_spawnp")]
    internal static partial int Spawn(
        int* pid, byte* file, byte* actions, byte* attributes, byte** arguments,
        byte** environment);

    [LibraryImport("libc", EntryPoint = "execvp", SetLastError = true)]
    internal static partial int Execute(byte* file, byte** arguments);

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitFor(int pid, int* status, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, ulong* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ulong* limit);

    /// <summary>Raises the number of open descriptors to what the system lets us have.</summary>
    internal static void RaiseFileLimit()
    {
        ulong* limit = stackalloc ulong[2];
        if (GetLimit(FileLimit, limit) == 0)
        {
            limit[0] = limit[1];
            _ = SetLimit(FileLimit, limit);
        }
    }
}
