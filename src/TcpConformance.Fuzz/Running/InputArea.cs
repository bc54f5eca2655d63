using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TcpConformance.Fuzz.Running;

/// <summary>How far a process came with an input.</summary>
public enum InputState
{
    /// <summary>There was none yet.</summary>
    None = 0,
    /// <summary>It runs.</summary>
    Running = 1,
    /// <summary>It has been run.</summary>
    Done = 2,
}

/// <summary>Where an input lies while it runs: in a file that is mapped into memory, so that no way
/// of dying loses it, and up against a page that can't be read, so that reading behind its end does
/// not go unseen.</summary>
public sealed unsafe partial class InputArea : IDisposable
{
    /// <summary>Octets of the longest input.</summary>
    public const int LongestInput = 1 << 20;

    /// <summary>Findings of which it is counted how often they came.</summary>
    public const int MostTallies = 1024;

    /// <summary>Counters that are kept of a loop.</summary>
    public const int MostPlaces = 4096;

    // The header: state, length, runs, number of places; then tallies, then places.
    private const int RunsAt = 8;
    private const int PlaceCountAt = 16;
    private const int TalliesAt = 64;
    private const int TallyLength = 16;
    private const int PlacesAt = TalliesAt + (MostTallies * TallyLength);
    private const int HeaderLength = 1 << 16; // whole pages of any size
    private const int Guard = 1 << 16;
    private const int FileLength = HeaderLength + LongestInput;
    private const int ProtectionNone = 0;
    private const int ReadWrite = 3;
    private const int Shared = 1;
    private const int PrivateAnonymous = 0x22;
    private const int Fixed = 0x10;
    private const nint Failed = -1;

    private readonly byte* _start;

    /// <summary>Makes the file.</summary>
    public InputArea(string path)
    {
        using SafeFileHandle file = File.OpenHandle(
            path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(file, FileLength);
        nint start = Map(0, FileLength + Guard, ProtectionNone, PrivateAnonymous, -1, 0);
        if (start == Failed || Map(
            start, FileLength, ReadWrite, Shared | Fixed, (int)file.DangerousGetHandle(), 0)
            == Failed)
        {
            throw new IOException($"cannot map {path} into memory");
        }
        _start = (byte*)start;
    }

    /// <summary>Takes an input in.</summary>
    /// <returns>The input as it lies here.</returns>
    public ReadOnlySpan<byte> Begin(ReadOnlySpan<byte> input)
    {
        byte* at = _start + FileLength - input.Length;
        input.CopyTo(new Span<byte>(at, input.Length));
        ((int*)_start)[1] = input.Length;
        *(long*)(_start + RunsAt) += 1;
        Volatile.Write(ref *(int*)_start, (int)InputState.Running);
        return new ReadOnlySpan<byte>(at, input.Length);
    }

    /// <summary>The input has been run.</summary>
    public void End() => Volatile.Write(ref *(int*)_start, (int)InputState.Done);

    /// <summary>Inputs so far.</summary>
    public long Runs => Volatile.Read(ref *(long*)(_start + RunsAt));

    /// <summary>Whether an input runs now.</summary>
    public bool IsRunning => Volatile.Read(ref *(int*)_start) == (int)InputState.Running;

    /// <summary>A finding came again.</summary>
    /// <param name="hash">Its signature's hash.</param>
    public void Tally(uint hash)
    {
        for (int i = 0; i < MostTallies; i++)
        {
            byte* at = _start + TalliesAt + (i * TallyLength);
            ref long times = ref *(long*)(at + 8);
            if (times == 0)
            {
                *(uint*)at = hash;
            }
            if (*(uint*)at == hash)
            {
                times++;
                return;
            }
        }
    }

    /// <summary>The input that runs has been seen to turn around at these counters.</summary>
    public void Mark(ReadOnlySpan<int> places)
    {
        places = places[..Math.Min(places.Length, MostPlaces)];
        places.CopyTo(new Span<int>(_start + PlacesAt, MostPlaces));
        Volatile.Write(ref *(int*)(_start + PlaceCountAt), places.Length);
    }

    /// <summary>How many inputs a process has run.</summary>
    public static long RunsOf(string path) => BitConverter.ToInt64(Read(path, RunsAt, 8));

    /// <summary>How often findings came, by the hashes of their signatures.</summary>
    public static IReadOnlyList<(uint Hash, long Times)> TalliesOf(string path)
    {
        byte[] all = Read(path, TalliesAt, MostTallies * TallyLength);
        List<(uint Hash, long Times)> tallies = [];
        for (int at = 0; at < all.Length; at += TallyLength)
        {
            if (BitConverter.ToInt64(all, at + 8) is > 0 and long times)
            {
                tallies.Add((BitConverter.ToUInt32(all, at), times));
            }
        }
        return tallies;
    }

    /// <summary>At which counters a slow input turned around.</summary>
    public static IReadOnlyList<int> PlacesOf(string path)
    {
        int count = Math.Clamp(BitConverter.ToInt32(Read(path, PlaceCountAt, 4)), 0, MostPlaces);
        byte[] all = Read(path, PlacesAt, count * 4);
        return [.. Enumerable.Range(0, count).Select(i => BitConverter.ToInt32(all, i * 4))];
    }

    /// <summary>What a process has left behind.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="input">The last input.</param>
    public static InputState Recover(string path, out byte[] input)
    {
        using SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite);
        Span<byte> head = stackalloc byte[8];
        input = [];
        if (RandomAccess.Read(file, head, 0) < head.Length)
        {
            return InputState.None;
        }
        int length = BitConverter.ToInt32(head[4..]);
        if (length is < 0 or > LongestInput)
        {
            return InputState.None;
        }
        input = new byte[length];
        RandomAccess.Read(file, input, FileLength - length);
        return (InputState)BitConverter.ToInt32(head);
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Unmap(_start, FileLength + Guard);

    // Zeros where the file ends.
    private static byte[] Read(string path, long at, int length)
    {
        using SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite);
        byte[] octets = new byte[length];
        RandomAccess.Read(file, octets, at);
        return octets;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(
        nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(byte* address, nuint length);
}
