using NUnit.Framework;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Tests.Sessions;

/// <content>What the campaigns of 2026-11-28 have found (docs/findings.md).</content>
public sealed partial class FuzzedSessionTests
{
    private static readonly (string What, string Session)[] OfLaterCampaigns =
    [
        ("a SYN,ACK with a FIN after CLOSE in SYN-RECEIVED", """
            open simultaneous stage=asked mss=1460 iss=1000
            segment S seq=next ack=all len=1 wnd=0
            call close
            segment FSA seq=iss ack=all
            """),
        ("an RTT that is not measured, since the segment began with a probe's octet", """
            open passive mss=1460 wnd=0 iss=1000 rtt=1920
            call send n=180
            flow ms=3000 rtt=0 every=0
            segment - seq=next ack=all wnd=100
            segment A seq=next ack=all
            flow ms=0 rtt=1 every=1
            """),
        ("a probe of text that a shrunk window has left outstanding", """
            open passive mss=1460 iss=1000
            segment A seq=edge ack=all
            segment - seq=next ack=all wnd=0
            call send n=1
            segment A seq=next ack=all
            wait time ms=1000
            segment A seq=next ack=all wnd=100
            """),
        ("the ISN after a TIME-WAIT that was gone back to", """
            open passive mss=1460 iss=1000
            wait keepalive ms=0
            wait keepalive ms=0
            call shutdown
            segment FA seq=next ack=all
            segment - seq=next ack=all len=1
            call close
            segment SE seq=una ack=all
            segment SE seq=next ack=all
            open simultaneous place=samepair mss=1460 iss=1000 rtt=10
            """),
        ("a connection that goes on after a damaged reset, and a listener beside it", """
            open simultaneous stage=asked place=samelistener mss=1460 iss=1000
            call send n=1
            segment FRAC seq=next ack=all fault=checksum
            flow ms=1000 rtt=0 every=0
            open passive place=samepair mss=1460 iss=1000
            call send n=2
            segment A seq=next ack=all
            """),
        ("a FIN behind more holes than the oracle remembers", """
            open passive mss=1460 iss=1000
            call shutdown
            flow ms=0 rtt=0 every=0 give=4824 drop=180
            flow ms=0 rtt=1 every=0 give=2920 drop=141
            flow ms=0 rtt=1 every=0 give=2920 drop=141
            flow ms=0 rtt=1 every=0 give=2920 drop=141
            flow ms=0 rtt=1 every=0 give=2920 drop=141
            flow ms=0 rtt=1 every=0 give=2920 drop=141
            flow ms=0 rtt=1 every=0 give=2920 drop=141
            flow ms=0 rtt=0 every=0 give=2920 drop=141
            segment FA seq=next ack=all
            flow ms=1000 rtt=0 every=0
            """),
        ("the window after a SYN without ACK, for ISNs of the upper half", """
            open simultaneous stage=asked v6 mss=1460 iss=1000
            segment S seq=next ack=all wnd=1
            call shutdown
            segment - seq=next ack=all wnd=100
            segment A seq=iss ack=una len=2
            """),
        ("a window that opens in FIN-WAIT-1 before the SYN is acknowledged", """
            open simultaneous stage=asked v6 mss=1460 iss=1000
            segment S seq=next ack=all wnd=0
            call shutdown
            segment A seq=iss ack=una len=2 wnd=100
            """),
        ("an ACK of what was not sent at the edge of TIME-WAIT's window", """
            open passive mss=1460 iss=1000
            call shutdown
            segment FA seq=next ack=all
            segment - seq=edge ack=all
            segment F seq=next ack=all
            segment SE seq=una ack=all
            segment SE seq=next ack=all
            segment A seq=next ack=all
            segment AU seq=edge ack=all
            """),
        ("a keep-alive and the probe of a FIN at the same time", """
            open passive mss=1460 wnd=0 iss=1000
            call shutdown
            call setoption option=keepalive n=1
            call setoption option=keepaliveidle n=1000
            """),
        ("an echo that was never sent makes the round trip long", """
            open active stage=asked place=samepair mss=1460 iss=4294967295
            segment SA seq=next ack=all opt=ts:-1024:-1024
            call shutdown
            segment F seq=next ack=all
            segment FA seq=next ack=all
            """),
        ("an echo that was never sent, and a damaged segment", """
            open passive ts iss=1000
            call send n=1000
            segment A seq=next ack=all opt=ts:528:-1024
            segment SAEC seq=next ack=all fault=offsetsmall
            """),
        ("a user timeout at the very moment of an arrival", """
            open passive place=samelistener mss=1460 iss=1000 unread
            flow ms=0 rtt=0 every=0 give=18000 drop=181
            flow ms=0 rtt=0 every=0 give=2920
            flow ms=0 rtt=0 every=0 give=2920
            flow ms=0 rtt=1 every=0 give=18000
            flow ms=0 rtt=0 every=0 give=2920 drop=1
            flow ms=0 rtt=1 every=0 give=2920
            flow ms=0 rtt=1 every=0 give=18000
            flow ms=3000 rtt=1 every=0 give=250 drop=1
            call setoption option=usertimeout n=1000
            call send n=1
            flow ms=1000 rtt=0 every=0
            """),
        ("a FIN in order before text that is held behind it", """
            open passive v6 mss=1460 iss=1000
            segment A seq=next+2 ack=all len=2 fault=source
            segment FAE seq=next ack=all len=2
            """),
        ("a second FIN before the place of the first, both held", """
            open passive v6 mss=1460 iss=1000
            flow ms=0 rtt=0 every=0 give=720 drop=1
            segment FAC seq=next ack=all len=1 fault=source
            segment FA seq=next ack=all
            flow ms=1000 rtt=0 every=0
            """),
        ("an echo that was never sent, and a soft error", """
            open passive v6 mss=40 ts iss=1000
            flow ms=1250 rtt=0 every=0
            call send n=50
            segment A seq=next ack=all opt=ts:-1024:-1024
            icmp unreachable code=1
            """),
        ("text that begins before the first octet", """
            open passive mss=1460 iss=1000
            segment SR seq=next ack=all len=1
            open passive stage=half place=samepair mss=1460 iss=4294967295
            open passive place=samepair mss=1460 iss=4294967294
            flow ms=1000 rtt=0 every=0 give=3
            """),
        ("a message about the path just when the timer might expire", """
            open passive iss=1000
            call send n=9000
            flow ms=3000 rtt=0 every=0 give=1 drop=131
            icmp packettoobig code=0
            """),
        ("an option of a connection that is closed, and its pair half open again", """
            open passive mss=1460 iss=1000
            open simultaneous place=samelistener mss=1460 iss=1000
            segment FA seq=next ack=all
            call shutdown
            segment A seq=next ack=all
            segment S seq=next ack=all
            call setoption option=usertimeout n=250000
            """),
        ("a message about the path at a timeout, and the next timeout", """
            open passive mss=1460 ts iss=1000 rtt=2310
            call send n=1
            flow ms=3000 rtt=0 every=0
            icmp packettoobig code=0
            """),
        ("SACK that takes back what it has told, and what lies at SND.UNA", """
            open passive sack iss=1000
            call send n=4096
            call send n=9000
            flow ms=0 rtt=0 every=0 lose=9 give=1
            segment A seq=next ack=all+1
            segment A seq=next ack=all+536
            segment A seq=next ack=all-536
            segment A seq=next ack=all-536
            """),
        ("SND.WL1 after a crossing SYN,ACK", """
            open simultaneous stage=half place=samelistener mss=1460 iss=1000
            segment - seq=next ack=all wnd=0
            segment SA seq=iss ack=all
            call send n=2
            segment A seq=iss ack=all len=2 wnd=100
            """),
        ("what goes again behind the oldest octet, and the next timeout", """
            open passive ts iss=1000 rtt=2310
            call send n=1000
            flow ms=0 rtt=0 every=0 lose=1 give=1
            segment A seq=next ack=all wnd=0
            segment - seq=next ack=all wnd=1
            flow ms=3000 rtt=0 every=0 lose=1 give=1
            segment A seq=next ack=all wnd=100
            """),
        ("three duplicate ACKs after the oldest octet was a probe, and more waits", """
            open passive mss=1460 iss=1000
            call send n=1000
            segment A seq=next ack=all
            call send n=3000
            segment A seq=next ack=una wnd=0
            wait time ms=1200
            segment A seq=next ack=una wnd=1
            segment A seq=next ack=una
            segment A seq=next ack=una
            segment A seq=next ack=una
            """),
        ("a part is acknowledged with timestamps that come twice, and the next timeout", """
            open passive mss=40 ts iss=1000
            call send n=20
            flow ms=1500 rtt=0 every=0
            segment A seq=next ack=una+1 opt=ts:0:0,ts:0:0
            """),
        ("the same with an old TSval", """
            open passive mss=40 ts iss=1000
            call send n=20
            flow ms=1500 rtt=0 every=0
            segment A seq=next ack=una+1 opt=ts:-1500:0,ts:-1500:0
            """),
        ("what SACK's recovery sends when the timer might have, and the timer", """
            open passive mss=1460 sack iss=1000 rtt=900
            call send n=9000
            segment A seq=next ack=una opt=sack:1460:2920
            segment A seq=next ack=una opt=sack:1460:4380
            segment A seq=next ack=una opt=sack:1460:5840
            segment A seq=next ack=una+5840
            wait time ms=1200
            segment A seq=next ack=una opt=sack:1460:2920
            """),
        ("as much as cwnd allows goes again as the window opens after a timeout", """
            open passive iss=1000
            segment - seq=next ack=all wnd=1460
            call send n=9000
            flow ms=1000 rtt=0 every=1 lose=251
            segment A seq=next ack=all wnd=0
            segment A seq=next ack=all wnd=1460
            """),
        ("no RTT of what went out while a segment was timed that went again", """
            open passive mss=1460 iss=1000 rtt=2190
            segment - seq=next ack=all wnd=0
            call send n=4500
            segment A seq=next ack=all wnd=65535
            segment - seq=next ack=all wnd=0
            segment A seq=next ack=all
            segment A seq=next ack=all wnd=1460
            segment A seq=next ack=all
            """),
        ("no RTT of it, and a damaged reset", """
            open passive mss=1460 iss=1000 rtt=2190
            segment - seq=next ack=all wnd=0
            call send n=4500
            segment A seq=next ack=all wnd=65535
            segment - seq=next ack=all wnd=0
            segment A seq=next ack=all
            segment A seq=next ack=all wnd=1460
            segment A seq=next ack=all
            segment RA seq=next ack=all fault=checksum
            """),
        ("many SYNs in SYN-RECEIVED after an active OPEN", """
            open simultaneous stage=half mss=1460 iss=1000
            segment SE seq=next ack=all
            segment SE seq=next ack=all
            segment SE seq=next ack=all
            segment SE seq=next ack=all
            segment SE seq=next ack=all
            segment SE seq=next ack=all
            segment SE seq=next ack=all
            segment SE seq=next ack=all
            segment SE seq=next ack=all
            segment SE seq=next ack=all
            segment SE seq=next ack=all
            """),
        ("many SYNs outside the window in SYN-RECEIVED after a passive OPEN", """
            open passive stage=half mss=1460 iss=1000
            segment S seq=iss ack=all
            segment S seq=iss ack=all
            segment S seq=iss ack=all
            segment S seq=iss ack=all
            segment S seq=iss ack=all
            segment S seq=iss ack=all
            segment S seq=iss ack=all
            segment S seq=iss ack=all
            segment S seq=iss ack=all
            segment S seq=iss ack=all
            segment S seq=iss ack=all
            segment S seq=iss ack=all
            """),
        ("many SYNs and a RST in SYN-RECEIVED", """
            open simultaneous stage=half mss=1460 iss=1000
            segment S seq=next ack=all
            again 0
            segment S seq=iss ack=all len=1
            segment FS seq=next ack=all
            segment S seq=next ack=all
            again 0
            segment S seq=next ack=all
            segment FR seq=next ack=all
            segment FR seq=next ack=all
            segment FR seq=next ack=all
            segment FR seq=next ack=all
            """),
        ("a reset for unread text that looks like an answer of long ago", """
            open passive mss=1460 iss=1000
            segment R seq=next ack=all
            segment FS seq=next ack=all
            segment SA seq=edge-1 ack=all
            open passive place=samepair mss=1460 iss=1000 unread
            flow ms=250 rtt=0 every=0 give=1
            call close
            """),
        ("the same, and the pair is opened again", """
            open passive mss=1460 iss=1000
            segment R seq=next ack=all
            segment FS seq=next ack=all
            segment SA seq=edge-1 ack=all
            open passive place=samepair mss=1460 iss=1000 unread
            segment A seq=next ack=all len=1
            call close
            open active place=samepair mss=1460 iss=1000
            """),
        ("the same, and the peer opens it again", """
            open passive stage=half mss=1460 unread iss=1000
            segment SA seq=next ack=all
            segment S seq=iss ack=una len=1
            segment A seq=next ack=una len=1
            call close
            segment S seq=next ack=all wnd=100
            """),
        ("ACCEPT while the user's own OPEN is half-open", """
            open simultaneous stage=asked mss=1460 iss=1000
            segment FSR seq=next ack=all
            call send n=1
            flow ms=1000 rtt=0 every=0
            open passive stage=half place=samepair mss=1460 iss=1000
            segment A seq=next ack=all
            call send n=2
            segment A seq=next ack=all
            """),
        ("a probe that was too big for the path goes again alone", """
            open passive mss=1460 iss=1000
            segment A seq=next ack=all wnd=0
            call send n=2
            wait time ms=1000
            icmp unreachable code=4
            """),
        ("the same, with a FIN behind it", """
            open passive mss=1460 wnd=0 iss=1000
            call send n=1
            call shutdown
            flow ms=1000 rtt=0 every=0
            icmp unreachable code=4
            """),
        ("an OPEN that is refused leaves the name of an earlier connection", """
            open passive mss=1460 iss=1000
            segment FR seq=next ack=all
            segment FS seq=next ack=all
            open simultaneous place=samepair mss=1460 iss=1000
            open passive stage=half place=samepair mss=1460 iss=1000
            open simultaneous place=samepair mss=1460 iss=1000
            segment FS seq=next ack=all
            call abort
            """),
    ];

    // Two FINs, and SYNs in TIME-WAIT of which the last takes the connection back there: the tester
    // knows of another one, acknowledges what this one has not sent, and answers each answer.
    [Test]
    public void Reference_AcksThatAnswerEachOther_EndByTheLimit()
    {
        const string Story = """
            open passive mss=1460 ts iss=1000
            call shutdown
            segment FA seq=una ack=all
            segment FA seq=next ack=all wnd=100
            segment S seq=next ack=una len=1
            segment FS seq=next ack=una len=1
            segment FSA seq=next ack=una len=1 wnd=0
            flow ms=60000 rtt=1 every=1
            """;

        SessionOutcome outcome = SessionRun.Play(
            Session.Parse(Story), BrokenEngine.Limited(1));

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Ending, Is.EqualTo(SessionEnding.Clean), outcome.Message);
            Assert.That(outcome.Packets, Is.LessThan(300));
        });
    }
}
