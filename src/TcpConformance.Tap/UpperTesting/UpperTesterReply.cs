namespace TcpConformance.Tap.UpperTesting;

/// <summary>One reply of an upper tester.</summary>
/// <param name="Id">The request; 0 if the upper tester could not read one.</param>
/// <param name="Error">The name of the error, such as ECONNRESET; null for ok.</param>
/// <param name="Values">The words behind ok or the error's name.</param>
public sealed record UpperTesterReply(long Id, string? Error, IReadOnlyList<string> Values)
{
    /// <summary>Reads a line; null if it is no reply.</summary>
    public static UpperTesterReply? Read(string line)
    {
        string[] words = line.Split(' ');
        if (words.Length < 2 || !DecimalText.TryRead(words[0], out long id))
        {
            return null;
        }
        return words[1] switch
        {
            "ok" => new UpperTesterReply(id, null, words[2..]),
            "err" when words.Length > 2 => new UpperTesterReply(id, words[2], words[3..]),
            _ => null,
        };
    }
}
