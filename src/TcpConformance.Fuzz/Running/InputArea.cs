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
        Volatile.Write(ref *(int*)_start, (int)InputState.Running);
        return new ReadOnlySpan<byte>(at, input.Length);
    }

    /// <summary>The input has been run.</summary>
    public void End() => Volatile.Write(ref *(int*)_start, (int)InputState.Done);

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

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(
        nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(byte* address, nuint length);
}
