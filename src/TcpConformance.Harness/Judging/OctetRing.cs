using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>The octets that an IUT has sent and that aren't acknowledged, so that one that is sent
/// again can be compared (RFC 9293 §3.4.3).</summary>
internal sealed class OctetRing
{
    private const int Most = 1 << 24;

    private byte[] _ring = new byte[4096];
    private SeqNumber _left;
    private SeqNumber _right;
    private bool _started;

    /// <summary>Compares octets with those known, and adds the new ones.</summary>
    /// <returns>False if an octet has changed.</returns>
    public bool Take(SeqNumber seq, ReadOnlySpan<byte> octets)
    {
        if (!_started)
        {
            _started = true;
            _left = seq;
            _right = seq;
        }
        int skip = Math.Max(0, Math.Min(octets.Length, _left - seq));
        SeqNumber from = seq + skip;
        int known = Math.Clamp(_right - from, 0, octets.Length - skip);
        if (!Same(from, octets.Slice(skip, known)))
        {
            return false;
        }
        Append(octets[(skip + known)..]);
        return true;
    }

    private bool Same(SeqNumber from, ReadOnlySpan<byte> octets)
    {
        int at = Place(from);
        int first = Math.Min(octets.Length, _ring.Length - at);
        return octets[..first].SequenceEqual(_ring.AsSpan(at, first))
            && octets[first..].SequenceEqual(_ring.AsSpan(0, octets.Length - first));
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        int held = _right - _left;
        if (held + octets.Length > _ring.Length && !Grow(held + octets.Length))
        {
            _started = false;
            return;
        }
        int at = Place(_right);
        int first = Math.Min(octets.Length, _ring.Length - at);
        octets[..first].CopyTo(_ring.AsSpan(at));
        octets[first..].CopyTo(_ring);
        _right += octets.Length;
    }

    private bool Grow(int needed)
    {
        int size = _ring.Length;
        while (size < needed)
        {
            size *= 2;
        }
        if (size > Most)
        {
            return false;
        }
        byte[] bigger = new byte[size];
        for (SeqNumber s = _left; s != _right; s += 1u)
        {
            bigger[(int)(s.Value & (uint)(size - 1))] = _ring[Place(s)];
        }
        _ring = bigger;
        return true;
    }

    private int Place(SeqNumber seq) => (int)(seq.Value & (uint)(_ring.Length - 1));

    /// <summary>Forgets what lies below; true if nothing is left.</summary>
    public bool ForgetBelow(SeqNumber una)
    {
        if (_started && una > _left)
        {
            _left = SeqNumber.Min(una, _right);
        }
        return _left == _right && _ring.Length > 4096;
    }
}
