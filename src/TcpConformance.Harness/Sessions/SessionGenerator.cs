using TcpConformance.Harness.Sessions.Shapes;

namespace TcpConformance.Harness.Sessions;

/// <summary>Makes random sessions: each has one of a few shapes, and some noise.</summary>
public static class SessionGenerator
{
    private static readonly (string Name, int Weight, Action<SessionDraft> Draw)[] All =
    [
        ("handshake", 12, HandshakeShape.Draw),
        ("sending", 16, SendingShape.Draw),
        ("silence", 8, SilenceShape.Draw),
        ("window", 10, WindowShape.Draw),
        ("receiving", 12, ReceivingShape.Draw),
        ("closing", 14, ClosingShape.Draw),
        ("blind", 14, BlindShape.Draw),
        ("options", 8, OptionShape.Draw),
        ("ports", 6, PortShape.Draw),
        ("mixture", 6, MixtureShape.Draw),
    ];

    private static readonly int Total = All.Sum(s => s.Weight);

    /// <summary>The names of the shapes.</summary>
    public static IReadOnlyList<string> ShapeNames { get; } = [.. All.Select(s => s.Name)];

    /// <summary>The session of a seed: always the same one.</summary>
    /// <param name="seed">Any number; neighbours have nothing in common.</param>
    public static Session Make(ulong seed)
    {
        var draft = new SessionDraft(new SessionRandom(seed));
        Shape(draft.Random).Draw(draft);
        return draft.Finish();
    }

    /// <summary>The name of the shape that a seed's session has.</summary>
    public static string ShapeOf(ulong seed) => Shape(new SessionRandom(seed)).Name;

    /// <summary>The seed of the n-th session of a hunt.</summary>
    public static ulong SeedOf(ulong seed, int number) =>
        new SessionRandom(unchecked(seed + ((ulong)number * 0xd1342543de82ef95))).Next();

    private static (string Name, int Weight, Action<SessionDraft> Draw) Shape(
        SessionRandom random)
    {
        int at = random.Below(Total);
        int i = 0;
        while (at >= All[i].Weight)
        {
            at -= All[i++].Weight;
        }
        return All[i];
    }
}
