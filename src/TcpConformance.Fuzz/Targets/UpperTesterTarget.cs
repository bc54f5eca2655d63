using System.Text;
using TcpConformance.Fuzz.Mutation;
using TcpConformance.Tap.UpperTesting;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>upper-tester</c>: the line protocol (specs/upper-tester.md), from both ends.
/// </summary>
internal static class UpperTesterTarget
{
    private const string Home = "TcpConformance.Tap.UpperTesting.";

    private static readonly string[] Words =
    [
        "1 ", "9223372036854775807 ", "ping", "quit", "listen ", "accept ", "open ", "connected ",
        "send ", "send-urgent ", "recv ", "recv-pattern ", "urgent ", "at-mark ", "recv-urgent ",
        "error ", "shutdown ", "close ", "abort ", "setopt ", "getinfo ", "cancel ", "ok", "err ",
        "eof", "hex ", "pattern ", "10.77.0.1", "fd77::1", "0.0.0.0", "ECONNRESET", "nodelay=1",
        "state=", " ", "\n", "00ff",
    ];

    internal static FuzzTarget Target { get; } = new(
        "upper-tester",
        "Ensure that any line is a request, or a reply, or neither, as a second reader of the "
        + "protocol's page says, never an exception.",
        Run)
    {
        Assemblies = ["TcpConformance.Tap"],
        Includes = type => type.StartsWith(Home + "UpperTesterRe", StringComparison.Ordinal)
            || type == Home + "UpperTesterVerbs",
        Structure = InputStructures.Lines(Words),
        Tell = PacketStory.OfText,
        Dictionary = [.. Words.Select(Encoding.UTF8.GetBytes)],
    };

    private static void Run(ReadOnlySpan<byte> input)
    {
        foreach (string line in Encoding.UTF8.GetString(input).Split('\n'))
        {
            ReadRequest(line);
            ReadReply(line);
        }
    }

    private static void ReadRequest(string line)
    {
        RequestDefect defect = UpperTesterRequest.Read(
            line, out UpperTesterRequest? request, out long id);
        FuzzCheck.That((defect == RequestDefect.None) == (request is not null), "one-or-other");
        FuzzCheck.That((defect == RequestDefect.NoId) == (id == 0), "no-id-is-zero");
        FuzzCheck.Same("id", IdOf(line, 1), id);
        if (request is null)
        {
            return;
        }
        FuzzCheck.Same("request-id", id, request.Id);
        // Words are separated by exactly one space: put together they are the line again.
        string words = string.Join(' ', request.Arguments);
        FuzzCheck.That(
            line.EndsWith(words, StringComparison.Ordinal) && !line.Contains("  "), "words");
        FuzzCheck.Same(
            "count", line.Count(c => c == ' ') - 1, request.Arguments.Count);
    }

    private static void ReadReply(string line)
    {
        UpperTesterReply? reply = UpperTesterReply.Read(line);
        string[] words = line.Split(' ');
        bool isReply = words.Length > 1 && IdOf(line, 0) >= 0
            && (words[1] == "ok" || (words[1] == "err" && words.Length > 2));
        FuzzCheck.That(isReply == (reply is not null), "is-a-reply");
        if (reply is not null)
        {
            FuzzCheck.Same("reply-id", IdOf(line, 0), reply.Id);
            FuzzCheck.That((reply.Error is null) == (words[1] == "ok"), "ok-has-no-error");
            FuzzCheck.Same(
                "values", words.Length - (reply.Error is null ? 2 : 3), reply.Values.Count);
        }
    }

    // Decimal digits without sign, at most 2^63 - 1; -1 or 0 if it is none.
    private static long IdOf(string line, long least)
    {
        int end = line.IndexOf(' ', StringComparison.Ordinal);
        string word = end < 0 ? line : line[..end];
        long none = least - 1;
        UInt128 number = 0;
        foreach (char c in word)
        {
            if (c is < '0' or > '9')
            {
                return none;
            }
            number = (number * 10) + (UInt128)(c - '0');
            if (number > long.MaxValue)
            {
                return none;
            }
        }
        return word.Length > 0 && (long)number >= least ? (long)number : none;
    }
}
