using System.Runtime.CompilerServices;
using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>The four newest arrivals out of order, for the order of SACK blocks (RFC 2018
/// §4).</summary>
[InlineArray(4)]
internal struct RecentArrivals
{
    private SeqNumber _first;

    /// <summary>Notes the newest.</summary>
    public void Push(SeqNumber seq)
    {
        for (int i = 3; i > 0; i--)
        {
            this[i] = this[i - 1];
        }
        this[0] = seq;
    }
}
