namespace TcpConformance.Tap.UpperTesting;

/// <summary>The rule that a request line breaks.</summary>
public enum RequestDefect
{
    /// <summary>None.</summary>
    None,
    /// <summary>Longer than <see cref="UpperTesterRequest.LongestLine"/>.</summary>
    TooLong,
    /// <summary>It does not begin with a positive decimal number.</summary>
    NoId,
    /// <summary>No verb, or one that does not exist.</summary>
    UnknownVerb,
    /// <summary>Too few or too many arguments for the verb, or two spaces in a row.</summary>
    WrongCount,
    /// <summary>An argument is no number, address, text or option of the kind asked for.</summary>
    WrongArgument,
}

/// <summary>One request to an upper tester.</summary>
/// <param name="Id">Names the request in its reply; positive.</param>
/// <param name="Verb">What is asked for.</param>
/// <param name="Arguments">The words behind the verb.</param>
public sealed record UpperTesterRequest(
    long Id, UpperTesterVerb Verb, IReadOnlyList<string> Arguments)
{
    /// <summary>Octets of the longest line, the line feed included.</summary>
    public const int LongestLine = 1 << 20;

    /// <summary>Reads a line, whatever it holds.</summary>
    /// <param name="line">Without its line feed.</param>
    /// <param name="request">What it says; null if there is a defect.</param>
    /// <param name="id">The id as far as it can be read, else 0.</param>
    public static RequestDefect Read(string line, out UpperTesterRequest? request, out long id)
    {
        request = null;
        id = 0;
        string[] words = line.Split(' ');
        if (!DecimalText.TryRead(words[0], out long number) || number <= 0)
        {
            return RequestDefect.NoId;
        }
        id = number;
        if (line.Length >= LongestLine)
        {
            return RequestDefect.TooLong;
        }
        if (words.Length < 2 || !UpperTesterVerbs.TryFind(words[1], out UpperTesterVerb verb))
        {
            return RequestDefect.UnknownVerb;
        }
        (int least, int most) = UpperTesterVerbs.ArgumentsOf(verb);
        int count = words.Length - 2;
        if (count < least || count > most || Array.IndexOf(words, "") >= 0)
        {
            return RequestDefect.WrongCount;
        }
        request = new UpperTesterRequest(id, verb, words[2..]);
        return RequestDefect.None;
    }
}
