using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TcpConformance.Fuzz.Mutation;

namespace TcpConformance.Fuzz.Running;

/// <summary>libFuzzer's custom mutator and crossover, by the structure of a target's inputs.
/// </summary>
internal static unsafe class WorkerMutators
{
    private static delegate* unmanaged<byte*, nuint, nuint, nuint> _octets;
    private static StructureMutator? _mutator;

    /// <summary>Gives libFuzzer the mutator of a structure.</summary>
    /// <param name="library">The library that libFuzzer is in.</param>
    /// <param name="structure">Of the target's inputs; null: libFuzzer's own mutations do.</param>
    internal static void Install(nint library, InputStructure? structure)
    {
        if (structure is null)
        {
            return;
        }
        _octets = (delegate* unmanaged<byte*, nuint, nuint, nuint>)
            NativeLibrary.GetExport(library, "LLVMFuzzerMutate");
        _mutator = new StructureMutator(structure, Octets);
        var install = (delegate* unmanaged<
            delegate* unmanaged[Cdecl]<byte*, nuint, nuint, uint, nuint>,
            delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, byte*, nuint, uint, nuint>,
            uint, void>)NativeLibrary.GetExport(library, "tcpconf_fuzz_structure");
        install(&Mutate, &Cross, structure.Period);
    }

    private static int Octets(Span<byte> octets, int size)
    {
        fixed (byte* first = octets)
        {
            return (int)_octets(first, (nuint)size, (nuint)octets.Length);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint Mutate(byte* data, nuint size, nuint most, uint seed) =>
        (nuint)_mutator!.Mutate(new Span<byte>(data, (int)most), (int)size, seed);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint Cross(
        byte* one, nuint size, byte* other, nuint otherSize, byte* room, nuint most, uint seed) =>
        (nuint)_mutator!.Cross(
            new ReadOnlySpan<byte>(one, (int)size), new ReadOnlySpan<byte>(other, (int)otherSize),
            new Span<byte>(room, (int)most), seed);
}
