using System.Buffers.Binary;

namespace TcpConformance.Wire;

// The octets of a capture file in its byte order. Holds one block at most.
internal sealed class CaptureStream(Stream stream)
{
    private readonly byte[] _skipped = new byte[4096];
    private byte[] _buffer = new byte[4096];

    public bool BigEndian { get; set; }

    // Reads so many octets or, at the end of the file, fewer. Takes memory as octets come, not as
    // a length field promises.
    public ReadOnlySpan<byte> Read(int octets)
    {
        int got = 0;
        while (true)
        {
            int part = Math.Min(octets, _buffer.Length);
            got += stream.ReadAtLeast(_buffer.AsSpan(got, part - got), part - got, false);
            if (got < part || got == octets)
            {
                return _buffer.AsSpan(0, got);
            }
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }

    public bool Skip(long octets)
    {
        while (octets > 0)
        {
            int part = (int)Math.Min(octets, _skipped.Length);
            int got = stream.ReadAtLeast(_skipped.AsSpan(0, part), part, false);
            if (got < part)
            {
                return false;
            }
            octets -= part;
        }
        return true;
    }

    public uint UInt32(ReadOnlySpan<byte> at) => BigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(at)
        : BinaryPrimitives.ReadUInt32LittleEndian(at);

    public ushort UInt16(ReadOnlySpan<byte> at) => BigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(at)
        : BinaryPrimitives.ReadUInt16LittleEndian(at);

    public long Int64(ReadOnlySpan<byte> at) => BigEndian
        ? BinaryPrimitives.ReadInt64BigEndian(at)
        : BinaryPrimitives.ReadInt64LittleEndian(at);
}
