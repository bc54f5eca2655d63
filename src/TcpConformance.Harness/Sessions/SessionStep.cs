namespace TcpConformance.Harness.Sessions;

/// <summary>One step of a <see cref="Session"/>: an immutable value with a one-line text.
/// </summary>
public abstract record SessionStep
{
    /// <summary>Reads the line that <see cref="object.ToString"/> of a step writes; null if it is
    /// no step.</summary>
    public static SessionStep? TryParse(string line)
    {
        var words = new StepWords(line);
        SessionStep? step = words.Verb switch
        {
            OpenStep.Verb => OpenStep.Read(words),
            SegmentStep.Verb => SegmentStep.Read(words),
            AgainStep.Verb => AgainStep.Read(words),
            FlowStep.Verb => FlowStep.Read(words),
            CallStep.Verb => CallStep.Read(words),
            WaitStep.Verb => WaitStep.Read(words),
            IcmpStep.Verb => IcmpStep.Read(words),
            _ => null,
        };
        return words.IsDone ? step : null;
    }
}
