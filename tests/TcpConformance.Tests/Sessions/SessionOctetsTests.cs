using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Sessions;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Sessions;

/// <summary>An honest peer sends the same octet wherever it sends a sequence number again.
/// </summary>
public sealed class SessionOctetsTests
{
    private static readonly Session Overlaps = Session.Parse(
        """
        open passive mss=1460
        segment A seq=next ack=all len=1000
        segment A seq=next-700 ack=all len=900
        segment A seq=next-333 ack=all len=40
        segment A seq=next-1203 ack=all len=300
        segment A seq=next+500 ack=all len=600
        segment A seq=next ack=all len=1100
        """);

    [Test]
    public void Text_OverlapsWithWhatWasSent_HasTheSameOctets()
    {
        Dictionary<uint, byte> sent = [];
        int again = 0;
        foreach (TraceEntry entry in Play().Trace
            .Where(t => t.Kind == TraceKind.SegmentToIut && t.Frame is not null))
        {
            SegmentView segment = SegmentView.Read(PacketView.Read(entry.Frame).Payload);
            for (int i = 0; i < segment.Text.Length; i++)
            {
                uint seq = (segment.Header.Seq + (uint)i).Value;
                again += sent.TryAdd(seq, segment.Text[i]) ? 0 : 1;
                Assert.That(segment.Text[i], Is.EqualTo(sent[seq]), entry.Text);
            }
        }
        Assert.That(again, Is.GreaterThan(1500));
    }

    private static CaseOutcome Play()
    {
        CaseOutcome? outcome = null;
        using var iut = new EngineIut(IutProfiles.Load("reference"), 1);
        new CaseLoop(iut, 1, 1).Run(
            [SessionCase.Of("overlaps", Overlaps)], o => outcome = o, CancellationToken.None);
        Assert.That(outcome!.Verdict, Is.EqualTo(Verdict.Pass), outcome.Message);
        return outcome;
    }
}
