namespace TcpConformance.Harness.Sessions;

/// <summary>A story between a tester and an IUT: segments, user calls and time, in terms that
/// don't depend on absolute sequence numbers, so that it can be told to any IUT.</summary>
/// <param name="Steps">What happens, in order. An <see cref="OpenStep"/> comes before the steps
/// that need a connection; steps without one do nothing.</param>
public sealed record Session(IReadOnlyList<SessionStep> Steps)
{
    /// <summary>One line for each step; <see cref="Parse"/> reads it back.</summary>
    public override string ToString() => string.Join('\n', Steps);

    /// <summary>Reads what <see cref="ToString"/> writes; empty lines and lines that begin with
    /// '#' are skipped.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="session">The session.</param>
    /// <param name="error">What is wrong, with the number of the line; null if nothing is.
    /// </param>
    public static bool TryParse(string text, out Session session, out string? error)
    {
        var steps = new List<SessionStep>();
        int number = 0;
        error = null;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            if (SessionStep.TryParse(line) is not SessionStep step)
            {
                error = $"line {number} is no step: {line}";
                break;
            }
            steps.Add(step);
        }
        session = new Session(steps);
        return error is null;
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text is no session.</exception>
    public static Session Parse(string text) => TryParse(text, out Session s, out string? error)
        ? s
        : throw new FormatException(error);

    /// <inheritdoc/>
    public bool Equals(Session? other) => other is not null && Steps.SequenceEqual(other.Steps);

    /// <inheritdoc/>
    public override int GetHashCode() => Steps.Aggregate(17, HashCode.Combine);
}
