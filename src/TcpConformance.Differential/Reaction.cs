using System.Text;

namespace TcpConformance.Differential;

/// <summary>What an IUT has done, without what the RFC leaves open.</summary>
public enum ReactionKind
{
    /// <summary>It has sent its SYN.</summary>
    Syn,
    /// <summary>It has sent text that it had not sent before.</summary>
    Text,
    /// <summary>It has sent its FIN.</summary>
    Fin,
    /// <summary>It has sent an ACK without text.</summary>
    Ack,
    /// <summary>It has sent a RST.</summary>
    Rst,
    /// <summary>It has put options into a SYN or a RST.</summary>
    Option,
    /// <summary>It has sent again what it had sent before, or a probe: a timer's work.</summary>
    Again,
    /// <summary>Its user was told something.</summary>
    User,
    /// <summary>It has contradicted a requirement.</summary>
    Violation,
    /// <summary>It has died, or stands still.</summary>
    End,
}

/// <summary>Where SEG.SEQ of an IUT's segment lies; several may hold at once.</summary>
[Flags]
public enum SeqPlaces
{
    /// <summary>Not compared.</summary>
    None = 0,
    /// <summary>SND.NXT.</summary>
    Next = 1,
    /// <summary>SND.UNA.</summary>
    Una = 2,
    /// <summary>The tester's last SEG.ACK.</summary>
    Asked = 4,
    /// <summary>Zero.</summary>
    Zero = 8,
    /// <summary>Between SND.UNA and SND.NXT.</summary>
    Between = 16,
    /// <summary>None of these.</summary>
    Elsewhere = 32,
}

/// <summary>Where SEG.ACK of an IUT's segment lies; several may hold at once.</summary>
[Flags]
public enum AckPlaces
{
    /// <summary>Not compared, or no ACK.</summary>
    None = 0,
    /// <summary>Behind all that the tester has sent in order.</summary>
    All = 1,
    /// <summary>The same as its ACK before.</summary>
    Same = 2,
    /// <summary>Behind the tester's last segment.</summary>
    SegmentEnd = 4,
    /// <summary>At the tester's last segment.</summary>
    Segment = 8,
    /// <summary>Zero.</summary>
    Zero = 16,
    /// <summary>More than before, and less than all.</summary>
    Part = 32,
    /// <summary>None of these.</summary>
    Elsewhere = 64,
}

/// <summary>One reaction in a form in which those of different IUTs can be compared.</summary>
/// <param name="Kind">What was done.</param>
public sealed record Reaction(ReactionKind Kind)
{
    /// <summary>Where SEG.SEQ lies.</summary>
    public SeqPlaces Seq { get; init; }

    /// <summary>Where SEG.ACK lies.</summary>
    public AckPlaces Ack { get; init; }

    /// <summary>What else counts, in words: options, what the user was told, a requirement.
    /// </summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether the RFC leaves open whether it comes now, later or never.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether both are the same thing for the RFC: where a number is at several
    /// edges at once for one of them, one in common is enough.</summary>
    public bool Matches(Reaction other) => Kind == other.Kind && Detail == other.Detail
        && (Seq == other.Seq || (Seq & other.Seq) != 0)
        && (Ack == other.Ack || (Ack & other.Ack) != 0);

    /// <summary>Without the places of numbers.</summary>
    internal string Short => $"{Kind.ToString().ToUpperInvariant()} {Detail}".TrimEnd();

    /// <summary>Whether the connection goes on as it was whether this comes or not.</summary>
    public bool ChangesNothing => Kind
        is ReactionKind.Ack or ReactionKind.Again or ReactionKind.Option;

    /// <inheritdoc/>
    public override string ToString()
    {
        var b = new StringBuilder(Kind switch
        {
            ReactionKind.Syn => "SYN",
            ReactionKind.Text => "text",
            ReactionKind.Fin => "FIN",
            ReactionKind.Ack => "ACK",
            ReactionKind.Rst => "RST",
            ReactionKind.Option => "",
            ReactionKind.Again => "again",
            ReactionKind.User => "user:",
            ReactionKind.Violation => "violates",
            ReactionKind.End => "ends:",
        });
        b.Append(Kind is ReactionKind.Syn or ReactionKind.Rst && Ack != 0 ? ",ACK" : "");
        b.Append(Kind == ReactionKind.Rst ? $" at {Name(Seq)}" : "");
        bool acks = Kind is ReactionKind.Rst or ReactionKind.Ack && Ack != 0;
        b.Append(acks ? $" of {Name(Ack)}" : "");
        b.Append(Detail.Length == 0 ? "" : $" {Detail}");
        return b.ToString().Trim();
    }

    private static string Name(SeqPlaces places) => Lowest((int)places) switch
    {
        (int)SeqPlaces.Next => "SND.NXT",
        (int)SeqPlaces.Una => "SND.UNA",
        (int)SeqPlaces.Asked => "SEG.ACK",
        (int)SeqPlaces.Zero => "0",
        (int)SeqPlaces.Between => "a number in flight",
        _ => "another number",
    };

    private static string Name(AckPlaces places) => Lowest((int)places) switch
    {
        (int)AckPlaces.All => "all",
        (int)AckPlaces.Same => "what it had acknowledged",
        (int)AckPlaces.SegmentEnd => "SEG.SEQ+SEG.LEN",
        (int)AckPlaces.Segment => "SEG.SEQ",
        (int)AckPlaces.Zero => "0",
        (int)AckPlaces.Part => "a part",
        _ => "another number",
    };

    private static int Lowest(int bits) => bits & -bits;
}
