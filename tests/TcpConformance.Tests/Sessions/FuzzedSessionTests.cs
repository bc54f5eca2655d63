using NUnit.Framework;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Tests.Sessions;

/// <summary>What coverage-guided fuzzing of <c>session</c> once found, each shrunk: a fault of the
/// engine or of the oracle that is mended.</summary>
public sealed partial class FuzzedSessionTests
{
    private static readonly (string What, string Session)[] Cases =
    [
        ("a SYN,ACK again after text was taken", """
            open simultaneous stage=half mss=1460 iss=1000
            call shutdown
            segment A seq=next ack=una len=1
            """),
        ("a refused CONNECT leaves the user timeout", """
            open passive mss=1460 iss=1000
            call setoption option=usertimeout n=1
            call close
            open active place=samepair mss=1460 iss=1000
            """),
        ("a refused CONNECT leaves the user timeout of text that waits", """
            open simultaneous stage=half mss=1460 iss=1000
            segment - seq=next ack=all wnd=1
            call setoption option=usertimeout n=1
            call send n=2
            call shutdown
            segment A seq=next ack=all
            open active place=samepair mss=1460 iss=1000
            """),
        ("text of a SYN, and a CLOSE before the ACK of ours", """
            open simultaneous stage=asked mss=1460 iss=1000
            segment S seq=next ack=all len=1
            call close
            segment A seq=next ack=una
            """),
        ("text of a SYN, and a CLOSE before the ACK of our FIN", """
            open simultaneous stage=asked mss=1460 iss=1000
            segment S seq=next ack=all len=1
            call close
            segment A seq=next ack=all
            """),
        ("text of a SYN and its FIN for a user who has closed", """
            open simultaneous stage=asked mss=1460 iss=1000
            segment FS seq=next ack=all len=1 wnd=0
            call close
            flow ms=0 rtt=0 every=1
            """),
        ("ACCEPT while the pair is in TIME-WAIT", """
            open simultaneous stage=half mss=1460 iss=1000
            call shutdown
            segment FA seq=next ack=all
            open passive stage=half place=samepair mss=1460 iss=1000
            """),
        ("a listener is closed before anything was accepted", """
            open simultaneous stage=half mss=1460 iss=1000
            call shutdown
            segment FA seq=next ack=all
            open passive stage=half place=samepair mss=1460 iss=1000 unread
            call stoplistening
            """),
        ("text at the very end of TIME-WAIT", """
            open passive mss=1460 iss=1000
            call shutdown
            segment FA seq=next ack=all
            segment F seq=next ack=all
            flow ms=60000 rtt=0 every=0
            flow ms=60000 rtt=0 every=0
            flow ms=60000 rtt=0 every=0
            flow ms=60000 rtt=0 every=0
            """),
        ("what SACK tells is lost, sent again into a zero window", """
            open passive ts sack iss=1000
            call send n=9000
            flow ms=0 rtt=0 every=0 lose=32 give=1
            segment A seq=next ack=all
            call send n=1000
            segment A seq=next ack=all wnd=0
            """),
        ("too big for the path, sent again into a zero window", """
            open passive mss=1460 iss=1000
            call send n=2250
            flow ms=0 rtt=0 every=0 lose=1 give=1
            segment A seq=next ack=all wnd=0
            icmp packettoobig code=0
            """),
        ("duplicate ACKs while the SYN is out", """
            open simultaneous stage=half mss=1460 iss=1000
            call shutdown
            segment A seq=next ack=una
            segment A seq=next ack=una
            segment AU seq=next ack=una
            """),
        ("the same SACK three times", """
            open passive sack iss=1000
            call send n=9000
            flow ms=0 rtt=0 every=0 lose=202 give=1
            segment FA seq=next ack=all
            segment AE seq=next ack=all
            segment AE seq=next ack=all
            segment AE seq=next ack=all
            """),
        ("a window opens between probes", """
            open passive iss=1000
            call send n=9000
            segment A seq=next ack=all
            segment A seq=next ack=all wnd=0
            call send n=9000
            segment - seq=next ack=all wnd=1
            wait time ms=2500
            segment A seq=next ack=all wnd=65535
            """),
        ("a part of a segment again and again", """
            open passive ts sack iss=1000
            call send n=9000
            flow ms=0 rtt=0 every=1 lose=45 give=1000 drop=1
            segment - seq=next ack=all wnd=0
            flow ms=1500 rtt=0 every=0 give=1
            segment A seq=next ack=all wnd=1
            """),
        ("probes that are acknowledged without a window", """
            open passive mss=1460 iss=1000
            call send n=1
            segment F seq=next ack=all
            wait time ms=1000
            call send n=3
            segment A seq=next ack=all wnd=0
            segment - seq=next ack=all wnd=1
            flow ms=10000 rtt=0 every=0
            """),
        ("a SEND before there is a connection", """
            open passive stage=half place=samepair mss=1460 iss=1000
            open passive place=samepair mss=1460 iss=1000
            open active place=samepair mss=1460 iss=1000
            call shutdown
            call send n=1
            segment A seq=next ack=all
            """),
        ("ABORT of a connection before", """
            open passive mss=1460 iss=1000
            open simultaneous place=samelistener mss=1460 iss=1000
            segment FA seq=next ack=all
            call shutdown
            segment A seq=next ack=all
            segment S seq=next ack=all
            open passive place=samepair mss=1460 iss=1000
            """),
        ("ACCEPT of a connection that was reset before", """
            open passive mss=1460 iss=1000
            segment SR seq=next ack=all
            segment S seq=iss ack=all
            segment A seq=next ack=all
            segment FRAEC seq=next ack=all
            open passive stage=half place=samepair mss=1460 iss=1000
            """),
        ("a message about the path as the timer is due", """
            open passive mss=1460 iss=1000
            call send n=1
            flow ms=1000 rtt=0 every=0
            flow ms=1000 rtt=0 every=0
            segment - seq=iss ack=all
            icmp unreachable code=4 off=-1
            """),
        ("ACCEPT that waits while the user connects", """
            open passive stage=half place=samepair mss=1460 iss=1000
            segment FR seq=next ack=all
            segment S seq=next ack=all
            segment FS seq=next ack=all
            open active place=samepair mss=1460 iss=1000
            call send n=1
            """),
        ("text where the FIN stood", """
            open passive mss=1460 iss=1000
            call shutdown
            segment FA seq=next ack=all
            segment S seq=next ack=all
            segment - seq=next ack=all len=2
            segment FA seq=next ack=all
            segment - seq=next ack=all len=1
            flow ms=1000 rtt=0 every=0
            """),
        ("two FINs at different places", """
            open passive v6 mss=1460 iss=1000
            segment FAEC seq=next+1 ack=all fault=source
            segment FA seq=next ack=all
            """),
        ("a FIN within the text of the SYN", """
            open passive stage=asked mss=1460 iss=1000
            segment S seq=next-2 ack=all len=2
            segment FA seq=next ack=all
            segment FA seq=next ack=all
            """),
        ("the timer after an ACK of a part", """
            open passive ts sack iss=1000
            call send n=9000
            flow ms=0 rtt=0 every=0 lose=16 give=4096 drop=32
            segment FS seq=next ack=all fault=checksum
            flow ms=1 rtt=0 every=1
            segment - seq=next ack=all
            """),
        ("a FIN behind more gaps than are remembered", """
            open passive mss=1460 iss=1000
            flow ms=0 rtt=0 every=0 give=2000 drop=236
            flow ms=0 rtt=0 every=0 give=1
            flow ms=0 rtt=0 every=0 give=2920 drop=141
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
        ("a second series of probes", """
            open passive mss=1460 iss=1000
            segment A seq=next ack=all wnd=0
            call send n=1
            segment - seq=next ack=all wnd=1
            wait time ms=2500
            icmp unreachable code=0
            segment A seq=next ack=all wnd=0
            call send n=1
            """),
        ("an option of a connection that is not the user's", """
            open passive stage=half place=samelistener mss=1460 iss=1000
            open passive place=samepair mss=1460 iss=1000
            open active place=samepair mss=1460 iss=1000
            call setoption option=usertimeout n=250000
            """),
        ("a FIN before the text of the SYN", """
            open passive mss=1460 iss=1000
            segment SR seq=next ack=all
            segment FS seq=next ack=all len=2
            segment F seq=next ack=all
            segment FA seq=next ack=all
            """),
        ("two FINs around the text of the SYN", """
            open passive stage=asked place=samepair mss=1460 iss=1000
            segment FSEC seq=next-2 ack=all len=2
            segment FAEC seq=next ack=all
            """),
        ("text over a FIN that is held", """
            open passive v6 mss=1460 iss=1000
            flow ms=0 rtt=0 every=0 give=720 drop=1
            segment FAEC seq=next+1 ack=all
            flow ms=1000 rtt=0 every=0 give=3
            """),
        ("text of a SYN, and an ACK below our SYN", """
            open simultaneous stage=asked mss=1460 iss=1000
            segment S seq=next ack=all len=1
            call close
            segment A seq=next ack=all-3
            """),
        ("the timer of a second connection of the pair", """
            open passive mss=1460 iss=1000
            call send n=1
            open passive stage=half place=samepair mss=1460 iss=1000
            wait time ms=5000
            segment A seq=next ack=all
            call send n=1
            """),
        ("a window that closes before the first measurement", """
            open passive mss=1460 iss=1000 rtt=2550
            segment - seq=next ack=all wnd=0
            call send n=1
            segment FA seq=next ack=all
            call send n=1
            segment A seq=next ack=max
            """),
        ("a second series of probes after a long one", """
            open passive mss=1460 iss=1000
            segment A seq=next ack=all wnd=0
            call send n=1
            wait time ms=60000
            segment - seq=next ack=all wnd=1
            wait time ms=60000
            segment A seq=next ack=all wnd=0
            call send n=1
            """),
        ("a FIN in order before text that is held", """
            open passive v6 mss=1460 iss=1000
            segment FAEC seq=next+1 ack=all len=1
            segment FAEC seq=next ack=all
            """),
        ("a probe's octet goes with the next", """
            open passive mss=1460 shift=1 ts iss=1000
            segment - seq=next ack=all wnd=0
            segment FA seq=next ack=all
            call send n=2
            segment A seq=next ack=all len=1 wnd=1 opt=
            flow ms=1000 rtt=0 every=0 lose=1
            """),
        ("a window that closes with the ACK of our SYN", """
            open simultaneous stage=asked v6 mss=1460 iss=1000
            segment S seq=next ack=all wnd=1
            call shutdown
            segment A seq=iss ack=all len=2 wnd=0
            """),
        ("holes below what SACK tells are not in flight", """
            open passive ts sack iss=1000
            call send n=9000
            call send n=9000
            flow ms=50 rtt=48 every=1 lose=45 give=2000 drop=45
            flow ms=50 rtt=48 every=1 lose=45
            flow ms=0 rtt=0 every=1 lose=202 give=1
            call send n=9000
            flow ms=50 rtt=48 every=1 lose=45 give=1
            flow ms=0 rtt=0 every=0 give=2000
            """),
        ("the window of an old segment after CLOSE in SYN-RECEIVED", """
            open simultaneous stage=asked mss=1460 iss=1000
            segment S seq=next+1 ack=all wnd=1
            call shutdown
            segment - seq=next ack=all wnd=0
            flow ms=0 rtt=0 every=0 give=3
            """),
    ];

    private static IEnumerable<TestCaseData> All =>
        Cases.Concat(OfLaterCampaigns).Select(
            c => new TestCaseData(c.Session).SetArgDisplayNames(c.What));

    [TestCaseSource(nameof(All))]
    public void Reference_SessionThatWasFuzzed_IsConforming(string session)
    {
        SessionOutcome outcome = SessionRun.Play(Session.Parse(session), BrokenEngine.Limited(1));

        Assert.That(outcome.Ending, Is.EqualTo(SessionEnding.Clean), outcome.Message);
    }
}
