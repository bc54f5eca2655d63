using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TcpConformance.Weaver.Coverage;

/// <summary>What woven code calls where it compares. Without a fuzzer in the process the calls do
/// nothing.</summary>
public static unsafe class CoverageHooks
{
    /// <summary>Whether comparisons are reported. They cost more than all else that is woven, and
    /// the fuzzer takes words for its next inputs from them: those of some inputs do.</summary>
    public static bool Listening { get; set; } = true;

    // Read once, when the first woven code runs: compiled code has them as constants then.
    private static readonly delegate* unmanaged[SuppressGCTransition]<uint, uint, void> Constant4 =
        (delegate* unmanaged[SuppressGCTransition]<uint, uint, void>)CoverageLibrary.Find(
            "__sanitizer_cov_trace_const_cmp4");

    private static readonly delegate* unmanaged[SuppressGCTransition]<ulong, ulong, void>
        Constant8 = (delegate* unmanaged[SuppressGCTransition]<ulong, ulong, void>)
            CoverageLibrary.Find("__sanitizer_cov_trace_const_cmp8");

    private static readonly delegate* unmanaged[SuppressGCTransition]<uint, uint, void> Any4 =
        (delegate* unmanaged[SuppressGCTransition]<uint, uint, void>)CoverageLibrary.Find(
            "__sanitizer_cov_trace_cmp4");

    private static readonly delegate* unmanaged[SuppressGCTransition]<ulong, ulong, void> Any8 =
        (delegate* unmanaged[SuppressGCTransition]<ulong, ulong, void>)CoverageLibrary.Find(
            "__sanitizer_cov_trace_cmp8");

    private static readonly delegate* unmanaged[SuppressGCTransition]<
        nint, byte*, byte*, nuint, int, void> Memory =
        (delegate* unmanaged[SuppressGCTransition]<nint, byte*, byte*, nuint, int, void>)
            CoverageLibrary.Find("__sanitizer_weak_hook_memcmp");

    /// <summary>A value of 32 bits is about to be compared with a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CompareConstant4(int value, int constant)
    {
        if (Listening && Constant4 != null)
        {
            Constant4(unchecked((uint)constant), unchecked((uint)value));
        }
    }

    /// <summary>A value of 64 bits is about to be compared with a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CompareConstant8(long value, long constant)
    {
        if (Listening && Constant8 != null)
        {
            Constant8(unchecked((ulong)constant), unchecked((ulong)value));
        }
    }

    /// <summary>Two values of 32 bits are about to be compared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compare4(int a, int b)
    {
        if (Listening && Any4 != null)
        {
            Any4(unchecked((uint)a), unchecked((uint)b));
        }
    }

    /// <summary>Two values of 64 bits are about to be compared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compare8(long a, long b)
    {
        if (Listening && Any8 != null)
        {
            Any8(unchecked((ulong)a), unchecked((ulong)b));
        }
    }

    /// <summary>A switch whose labels are <paramref name="count"/> numbers in a row.</summary>
    /// <param name="index">What the instruction takes: the value less the first label.</param>
    /// <param name="first">The first label.</param>
    /// <param name="count">Labels.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Switch(int index, int first, int count)
    {
        if (Listening && Constant4 != null)
        {
            Labels(unchecked((uint)index), unchecked((uint)first), (uint)count);
        }
    }

    /// <summary>Stands in for a comparison of spans.</summary>
    public static bool SequenceEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        bool same = a.SequenceEqual(b);
        int length = Math.Min(a.Length, b.Length);
        if (Listening && Memory != null && length > 0 && !same)
        {
            fixed (byte* x = a, y = b)
            {
                // Any place that is always the same: here the comparison's second operand.
                Memory((nint)y, x, y, (nuint)length, 1);
            }
        }
        return same;
    }

    // The counters of the blocks behind a switch tell which label was taken; what they can't tell
    // is how near a miss was, which matters only to the nearest label.
    private static void Labels(uint index, uint first, uint count)
    {
        unchecked
        {
            uint nearest = index < count ? index : index > uint.MaxValue / 2 ? 0 : count - 1;
            Constant4(first + nearest, first + index);
        }
    }
}
