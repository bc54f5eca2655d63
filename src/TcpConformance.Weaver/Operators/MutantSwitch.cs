using System.Runtime.CompilerServices;

namespace TcpConformance.Weaver.Operators;

/// <summary>What woven code asks while it runs: whether a place is mutated now, and whether it may
/// go on. For one thread at a time.</summary>
public static class MutantSwitch
{
    /// <summary>Places that an assembly can have at most.</summary>
    public const int Places = 1 << 16;

    // Not in the range of variants: the place is not mutated, but seen.
    private const byte Recording = byte.MaxValue;

    /// <summary>One entry for each place; zero: it does what its source says. Woven code reads it,
    /// nothing else may write it but this class.</summary>
    public static readonly byte[] Guards = new byte[Places];

    private static readonly List<int> ReachedPlaces = [];
    private static long _fuel = long.MaxValue;

    /// <summary>What is left of the last <see cref="Refuel"/>.</summary>
    public static long Fuel => _fuel;

    /// <summary>Makes one place do what a variant says, and all others what their source says.
    /// </summary>
    /// <param name="place">The place.</param>
    /// <param name="variant">From 1 on; 0 leaves the source's meaning.</param>
    public static void Activate(int place, int variant)
    {
        Array.Clear(Guards);
        Guards[place] = checked((byte)variant);
    }

    /// <summary>Notes from now on which places are reached; nothing is mutated.</summary>
    public static void Record()
    {
        Array.Fill(Guards, Recording);
        ReachedPlaces.Clear();
    }

    /// <summary>The places that were reached since <see cref="Record"/>, in that order.</summary>
    public static int[] Reached() => [.. ReachedPlaces];

    /// <summary>Sets how many turns of loops and calls of methods woven code has.</summary>
    public static void Refuel(long fuel) => _fuel = fuel;

    /// <summary>Called by woven code at a place whose guard is not zero.</summary>
    /// <returns>The index of the variant from 0 on; -1 for the source's meaning.</returns>
    public static int Hit(int place)
    {
        byte guard = Guards[place];
        if (guard != Recording)
        {
            return guard - 1;
        }
        ReachedPlaces.Add(place);
        Guards[place] = 0;
        return -1;
    }

    /// <summary>Called by woven code in each turn of a loop and at each call of a method.</summary>
    /// <exception cref="OutOfFuelException">There have been too many.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Burn()
    {
        if (--_fuel < 0)
        {
            throw new OutOfFuelException();
        }
    }
}
