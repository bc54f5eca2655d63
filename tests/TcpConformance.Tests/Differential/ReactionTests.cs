using NUnit.Framework;
using TcpConformance.Differential;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Tests.Differential;

/// <summary>The normal form: what is optional, and what numbers are called.</summary>
public sealed class ReactionTests
{
    [Test]
    public void Numbers_AtSeveralEdges_MatchWhereOneIsCommon()
    {
        var all = new Reaction(ReactionKind.Ack) { Ack = AckPlaces.All | AckPlaces.Same };
        var same = new Reaction(ReactionKind.Ack) { Ack = AckPlaces.Same };
        var part = new Reaction(ReactionKind.Ack) { Ack = AckPlaces.Part };

        Assert.That(all.Matches(same), Is.True);
        Assert.That(all.Matches(part), Is.False);
    }

    [Test]
    public void Optional_ReactionOfOne_IsNoDifference()
    {
        var none = new StepReactions(0, "ESTABLISHED", []);
        var late = new StepReactions(
            0, "ESTABLISHED", [new Reaction(ReactionKind.Again) { IsOptional = true }]);

        Assert.That(late.Beyond(none), Is.Empty);
        Assert.That(none.Beyond(late), Is.Empty);
    }

    [Test]
    public void Violation_EndsASession_SoThatWhatIsMissingBehindItIsNoDifference()
    {
        var violation = new Reaction(ReactionKind.Violation) { Detail = "rfc9293/MUST-3" };
        var cut = new StepReactions(0, "ESTABLISHED", [violation]);
        var told = new StepReactions(
            0, "ESTABLISHED",
            [violation, new Reaction(ReactionKind.User) { Detail = "has all text" }]);
        var good = new StepReactions(0, "ESTABLISHED", []);

        Assert.That(told.Beyond(cut), Is.Empty);
        Assert.That(cut.Beyond(told), Is.Empty);
        Assert.That(cut.Beyond(good), Is.EqualTo(new[] { violation }));
    }

    [Test]
    public void Established_UnacceptableSegment_IsAnsweredByADuplicateAck()
    {
        StepReactions step = Play(
            """
            open passive mss=1460 iss=1000
            segment A seq=next+70000 ack=all
            """)[1];

        Assert.That(step.Text, Is.EqualTo("ACK of all"));
        Assert.That(step.Reactions.Single().IsOptional, Is.False);
    }

    [Test]
    public void Established_TextInOrder_IsGivenToTheUser_AndItsAckIsOpen()
    {
        StepReactions step = Play(
            """
            open passive mss=1460 iss=1000
            segment PA seq=next ack=all len=10
            """)[1];

        Assert.That(step.Text, Is.EqualTo("user: has all text"));
        Assert.That(
            step.Reactions.Where(r => r.Kind == ReactionKind.Ack), Is.All.Property(
                nameof(Reaction.IsOptional)).True);
    }

    [Test]
    public void ClosedPort_SegmentWithAck_IsAnsweredByItsNumber()
    {
        StepReactions step = Play(
            """
            open passive place=closedport iss=1000
            segment A seq=next ack=zero+77
            """)[1];

        Assert.That(step.Text, Is.EqualTo("RST at SEG.ACK"));
    }

    [Test]
    public void Abort_OfTheUser_IsAResetAtSndNxt_WhateverTheOtherCallsAreTold()
    {
        StepReactions step = Play(
            """
            open passive mss=1460 iss=1000
            call abort
            """)[1];

        Assert.That(step.Text, Is.EqualTo("RST at SND.NXT"));
    }

    [Test]
    public void Opening_SaysWhichOptionsTheSynHas()
    {
        StepReactions step = Play("open active mss=1460 ts sack iss=1000")[0];

        Assert.That(step.Text, Does.Contain("SYN with MSS").And.Contain("has the connection"));
    }

    [Test]
    public void StepsOfOneKind_HaveOneName_WhateverTheirNumbersAre()
    {
        StepKind one = KindOf("segment R seq=next+5 ack=all len=1");
        StepKind other = KindOf("segment R seq=next+50 ack=max-3 len=9");

        Assert.That(one, Is.EqualTo(other));
        Assert.That(one.Name, Is.EqualTo("RST with text"));
        Assert.That(one.Edges, Is.EqualTo("seq=next+"));
    }

    private static StepKind KindOf(string line) => StepKind.Of(SessionStep.TryParse(line)!);

    private static IReadOnlyList<StepReactions> Play(string text)
    {
        Session session = Session.Parse(text);
        using var table = new Table([ComparisonTests.Reference("reference", 0)]);
        Played played = table.Play(
            [new Stimulus(1, session)], TimeSpan.Zero, CancellationToken.None)[0][0];
        return ReactionReader.Read(played, SettledSession.OwnersOf(session));
    }
}
