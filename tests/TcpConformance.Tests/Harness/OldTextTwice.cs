using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Scenes;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Harness;

/// <summary>Text below the window, and then once more: what is owed for the first must not be taken
/// from the second.</summary>
internal static class OldTextTwice
{
    /// <summary>What the answers are owed for.</summary>
    public const string Outside = "rfc9293/3.10.7.4/4";

    /// <summary>An IUT with as much latency as one in real time.</summary>
    public static readonly IutProfile Profile = IutProfiles.Load("reference") is var p
        ? p with { Ixit = p.Ixit with { Latency = TimeSpan.FromMilliseconds(50) } }
        : null!;

    /// <summary>The case.</summary>
    public static readonly TestCase Case = new(
        "old-text-twice", "Ensure that text below the window is answered.", async ctx =>
        {
            Scene s = await ctx.Established();
            await ctx.Delay(TimeSpan.FromMilliseconds(10)); // after which somebody is late
            for (int i = 0; i < 2; i++)
            {
                s.Peer.Send(
                    TcpFlags.Ack, seq: s.Peer.SndNxt - 100, text: new byte[10], advance: false);
                await ctx.Delay(ctx.Times.AtOnce);
            }
            ctx.Assert(true, Outside, "it is");
        });
}
