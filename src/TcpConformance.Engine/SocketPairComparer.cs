using System.Runtime.CompilerServices;
using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Hashes pairs of sockets with a key, so that a peer can't aim at one bucket.</summary>
internal sealed class SocketPairComparer(ulong key) : IEqualityComparer<SocketPair>
{
    /// <inheritdoc/>
    public bool Equals(SocketPair x, SocketPair y) => Same(in x, in y);

    /// <summary>Whether two pairs are equal; ports first, as they differ most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same(in SocketPair x, in SocketPair y) =>
        x.Tester.Port == y.Tester.Port && x.Iut.Port == y.Iut.Port
        && x.Tester.Address.Equals(y.Tester.Address) && x.Iut.Address.Equals(y.Iut.Address);

    /// <inheritdoc/>
    public int GetHashCode(SocketPair pair)
    {
        unchecked
        {
            ulong a = ((ulong)pair.Tester.Port << 16) | pair.Iut.Port;
            ulong b = ((ulong)(uint)pair.Tester.Address.GetHashCode() << 32)
                | (uint)pair.Iut.Address.Low32;
            ulong mixed = Math.BigMul(a ^ key, b ^ 0x9E37_79B9_7F4A_7C15ul, out ulong low) ^ low;
            return (int)(mixed ^ (mixed >> 32));
        }
    }
}
