using System.Numerics;

namespace TcpConformance.Engine;

/// <summary>A ring of octets, addressed by distance from its head; grows on demand.</summary>
internal sealed class ByteRing
{
    private const int SmallestSize = 256;
    private byte[] _octets = [];
    private int _head;

    private int Mask => _octets.Length - 1;

    /// <summary>Writes octets at a distance from the head.</summary>
    public void Write(int at, ReadOnlySpan<byte> octets)
    {
        if (at + octets.Length > _octets.Length)
        {
            Grow(at + octets.Length);
        }
        int start = (_head + at) & Mask;
        int first = Math.Min(octets.Length, _octets.Length - start);
        octets[..first].CopyTo(_octets.AsSpan(start));
        octets[first..].CopyTo(_octets);
    }

    /// <summary>Reads octets at a distance from the head.</summary>
    public void Read(int at, Span<byte> octets)
    {
        if (octets.IsEmpty)
        {
            return;
        }
        int start = (_head + at) & Mask;
        int first = Math.Min(octets.Length, _octets.Length - start);
        _octets.AsSpan(start, first).CopyTo(octets);
        _octets.AsSpan(0, octets.Length - first).CopyTo(octets[first..]);
    }

    /// <summary>Moves the head forward.</summary>
    public void Drop(int count)
    {
        if (_octets.Length != 0)
        {
            _head = (_head + count) & Mask;
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        _octets = [];
        _head = 0;
    }

    private void Grow(int needed)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(needed, SmallestSize));
        byte[] larger = new byte[size];
        int first = _octets.Length - _head;
        _octets.AsSpan(_head, first).CopyTo(larger);
        _octets.AsSpan(0, _head).CopyTo(larger.AsSpan(first));
        _octets = larger;
        _head = 0;
    }
}
