using TcpConformance.Engine;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Faults;

/// <summary>A fault that none of the engine's decisions has: it changes what crosses the link.
/// </summary>
/// <remarks>It may remember what it has seen, and look at the engine's connections.</remarks>
public abstract class LinkFault
{
    private FaultyIut? _iut;

    /// <summary>A segment on its way to the engine.</summary>
    /// <returns>False to lose it.</returns>
    public virtual bool ToIut(Passing segment) => true;

    /// <summary>A segment that the engine has sent.</summary>
    /// <returns>False to lose it.</returns>
    public virtual bool FromIut(Passing segment) => true;

    /// <summary>The user makes a call.</summary>
    /// <returns>False if the engine does not hear of it; <see cref="Return"/> answers.</returns>
    public virtual bool Called(UserCall call) => true;

    /// <summary>The time.</summary>
    protected TimeSpan Now => Iut.Now;

    /// <summary>The engine.</summary>
    protected TcpStack Stack => Iut.Engine.Stack;

    /// <summary>Sends a segment in the engine's name.</summary>
    protected void Send(SocketPair pair, in TcpHeader header, ReadOnlySpan<byte> text = default) =>
        Iut.Send(Passing.Write(in header, text, pair.Iut, pair.Tester));

    /// <summary>The result of a call that the engine has not heard of.</summary>
    protected void Return(UserCall call, UserResult result) => Iut.Return(call, result);

    /// <summary>The whole stack is dead from now on, as after a memory fault, an endless loop or
    /// a panic: nothing comes out, and what goes in is lost.</summary>
    protected void Die() => Iut.Die();

    /// <summary>This connection is dead from now on: nothing of it comes out any more.</summary>
    protected void Die(SocketPair pair) => Iut.Die(pair);

    internal void Attach(FaultyIut iut) => _iut = iut;

    private FaultyIut Iut => _iut
        ?? throw new InvalidOperationException("the fault has not been attached to an IUT");
}
