using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>Option octets for <see cref="Segment.Options"/>, well formed or malformed on
/// purpose; '+' puts one behind the other. Nothing is padded or checked.</summary>
public readonly struct OptionBytes : IEquatable<OptionBytes>
{
    private readonly byte[]? _octets;

    private OptionBytes(byte[] octets) => _octets = octets;

    /// <summary>No option.</summary>
    public static OptionBytes None => default;

    /// <summary>Octets, without padding.</summary>
    public int Length => _octets?.Length ?? 0;

    /// <summary>The octets.</summary>
    public ReadOnlyMemory<byte> Memory => _octets;

    /// <summary>The octets.</summary>
    public ReadOnlySpan<byte> Span => _octets;

    /// <summary>The octets, to stand in <see cref="Segment.Options"/>.</summary>
    public static implicit operator ReadOnlyMemory<byte>(OptionBytes options) => options._octets;

    /// <summary>One behind the other.</summary>
    public static OptionBytes operator +(OptionBytes a, OptionBytes b) =>
        new([.. a.Span, .. b.Span]);

    /// <summary>Whether the octets are the same.</summary>
    public static bool operator ==(OptionBytes a, OptionBytes b) => a.Equals(b);

    /// <summary>Whether the octets differ.</summary>
    public static bool operator !=(OptionBytes a, OptionBytes b) => !a.Equals(b);

    /// <summary>Any octets.</summary>
    public static OptionBytes Of(params ReadOnlySpan<byte> octets) => new(octets.ToArray());

    /// <summary>Several, one behind the other.</summary>
    public static OptionBytes Concat(params ReadOnlySpan<OptionBytes> options)
    {
        OptionBytes all = None;
        foreach (OptionBytes one in options)
        {
            all += one;
        }
        return all;
    }

    /// <summary>End of option list, kind 0 (RFC 9293 §3.2).</summary>
    public static OptionBytes EndOfList() => Of(0);

    /// <summary>No-operation, kind 1 (RFC 9293 §3.2).</summary>
    /// <param name="count">How many of them.</param>
    public static OptionBytes Nop(int count = 1)
    {
        byte[] octets = new byte[count];
        octets.AsSpan().Fill((byte)TcpOptionKind.NoOperation);
        return new OptionBytes(octets);
    }

    /// <summary>Maximum segment size in octets (RFC 9293 §3.2).</summary>
    public static OptionBytes Mss(ushort octets) => Known(TcpOptionKind.Mss, Word(octets));

    /// <summary>Window scale (RFC 7323 §2.2); a shift above 14 is written as it is.</summary>
    public static OptionBytes WindowScale(byte shift) => Known(TcpOptionKind.WindowScale, [shift]);

    /// <summary>SACK-permitted (RFC 2018 §2).</summary>
    public static OptionBytes SackPermitted() => Known(TcpOptionKind.SackPermitted, []);

    /// <summary>SACK blocks (RFC 2018 §3); as many as given, also none or too many.</summary>
    public static OptionBytes Sack(params ReadOnlySpan<SackBlock> blocks)
    {
        byte[] body = new byte[blocks.Length * 8];
        for (int i = 0; i < blocks.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(i * 8), blocks[i].Left.Value);
            BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan((i * 8) + 4), blocks[i].Right.Value);
        }
        return Known(TcpOptionKind.Sack, body);
    }

    /// <summary>Timestamps (RFC 7323 §3.2).</summary>
    /// <param name="value">TSval.</param>
    /// <param name="echo">TSecr.</param>
    public static OptionBytes Timestamps(uint value, uint echo)
    {
        byte[] body = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(body, value);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(4), echo);
        return Known(TcpOptionKind.Timestamps, body);
    }

    /// <summary>User timeout (RFC 5482 §3).</summary>
    /// <param name="value">15 bits.</param>
    /// <param name="minutes">The granularity bit: minutes, not seconds.</param>
    public static OptionBytes UserTimeout(ushort value, bool minutes = false) => Known(
        TcpOptionKind.UserTimeout, Word((ushort)((minutes ? 0x8000 : 0) | (value & 0x7fff))));

    /// <summary>Fast Open (RFC 7413 §4.1.1); without octets it asks for a cookie.</summary>
    public static OptionBytes FastOpen(params ReadOnlySpan<byte> cookie) =>
        Known(TcpOptionKind.FastOpen, cookie);

    /// <summary>Fast Open under the experimental kind 254 and identifier F989.</summary>
    public static OptionBytes FastOpenExperiment(params ReadOnlySpan<byte> cookie) =>
        Known(TcpOptionKind.Experiment2, [0xF9, 0x89, .. cookie]);

    /// <summary>MD5 signature (RFC 2385), all of one octet.</summary>
    /// <param name="length">Octets of the digest; 16 is the right number.</param>
    /// <param name="fill">The octet.</param>
    public static OptionBytes Md5(int length = 16, byte fill = 0xaa)
    {
        byte[] digest = new byte[length];
        digest.AsSpan().Fill(fill);
        return Known(TcpOptionKind.Md5, digest);
    }

    /// <summary>TCP-AO (RFC 5925 §2.2).</summary>
    /// <param name="keyId">KeyID.</param>
    /// <param name="nextKeyId">RNextKeyID.</param>
    /// <param name="mac">Message authentication code.</param>
    public static OptionBytes AuthenticationOption(
        byte keyId = 0, byte nextKeyId = 0, params ReadOnlySpan<byte> mac) =>
        Known(TcpOptionKind.AuthenticationOption, [keyId, nextKeyId, .. mac]);

    /// <summary>Multipath TCP, opaque (RFC 8684).</summary>
    public static OptionBytes Multipath(params ReadOnlySpan<byte> body) =>
        Known(TcpOptionKind.Multipath, body);

    /// <summary>An option of any kind, with the right length.</summary>
    public static OptionBytes Unknown(byte kind, params ReadOnlySpan<byte> body) =>
        Raw(kind, (byte)(body.Length + 2), body);

    /// <summary>An option of any kind with any length field.</summary>
    /// <param name="kind">Kind.</param>
    /// <param name="length">The length field, right or wrong.</param>
    /// <param name="body">What follows it.</param>
    public static OptionBytes Raw(byte kind, byte length, params ReadOnlySpan<byte> body) =>
        new([kind, length, .. body]);

    /// <summary>This and then <paramref name="next"/>.</summary>
    public OptionBytes Then(OptionBytes next) => this + next;

    /// <inheritdoc/>
    public bool Equals(OptionBytes other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is OptionBytes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>The options by name, as in <see cref="SegmentText"/>.</summary>
    public override string ToString() => SegmentText.OfOptions(Span);

    private static OptionBytes Known(TcpOptionKind kind, ReadOnlySpan<byte> body) =>
        Unknown((byte)kind, body);

    private static byte[] Word(ushort value) => [(byte)(value >> 8), (byte)(value & 0xff)];
}
