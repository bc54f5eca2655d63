namespace TcpConformance.Tap.UpperTesting;

/// <summary>A request that has been started and not yet answered.</summary>
internal sealed class PendingCall
{
    internal required long Id { get; init; }

    internal required UpperTesterVerb Verb { get; init; }

    /// <summary>Octets to be sent, or null for the pattern.</summary>
    internal byte[]? Text { get; init; }

    /// <summary>Which pattern.</summary>
    internal ulong Seed { get; init; }

    /// <summary>Where in the pattern the call begins.</summary>
    internal ulong Offset { get; init; }

    /// <summary>Octets to be sent or received in all.</summary>
    internal long Count { get; init; }

    /// <summary>Octets that the stack has taken or given so far.</summary>
    internal long Done { get; set; }

    /// <summary>Whether it has been given up; it is skipped when its turn comes.</summary>
    internal bool IsAnswered { get; set; }

    /// <summary>The next octets to be sent, at most as many as the buffer holds.</summary>
    internal ReadOnlySpan<byte> NextOctets(Span<byte> buffer)
    {
        if (Text is not null)
        {
            return Text.AsSpan((int)Done);
        }
        Span<byte> part = buffer[..(int)Math.Min(buffer.Length, Count - Done)];
        OctetPattern.Fill(Seed, unchecked(Offset + (ulong)Done), part);
        return part;
    }
}
