using System.Runtime.InteropServices;

namespace TcpConformance.Weaver.Coverage;

/// <summary>The counters that woven code increments: one octet for each basic block, in native
/// memory so that a fuzzer can watch them.</summary>
public static unsafe class CoverageMap
{
    /// <summary>Counters of a process at most.</summary>
    public const int Capacity = 1 << 17;

    /// <summary>The environment variable with the number of a System V segment that holds the
    /// counters: who set it watches them from another process. AFL++ calls it so.</summary>
    public const string SharedVariable = "__AFL_SHM_ID";

    /// <summary>The first counter. Woven code reads the field; once compiled for good, its value
    /// stands in the instruction itself.</summary>
    public static readonly byte* Counters =
        Environment.GetEnvironmentVariable(SharedVariable) is string segment
            ? SharedSegment.Attach(segment)
            : (byte*)NativeMemory.AllocZeroed(Capacity);

    /// <summary>The counters as they are now.</summary>
    public static Span<byte> Span => new(Counters, Capacity);
}
