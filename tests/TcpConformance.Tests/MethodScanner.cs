using System.Text.RegularExpressions;

namespace TcpConformance.Tests;

internal sealed record ScannedMethod(string Head, int FirstLine, int Lines);

// Finds the bodies of methods, local functions, accessors and lambdas in blanked code by their
// braces: a block counts as a body if ')' or a generic constraint stands before it and its head
// is no control statement, type or initializer.
internal static partial class MethodScanner
{
    public static List<ScannedMethod> Methods(string code)
    {
        List<ScannedMethod> methods = [];
        Stack<(int Head, int Open)> open = new();
        int head = 0;
        for (int at = 0; at < code.Length; at++)
        {
            switch (code[at])
            {
                case '{':
                    open.Push((head, at));
                    head = at + 1;
                    break;
                case '}' when open.Count > 0:
                    (int from, int brace) = open.Pop();
                    string words = Spaces().Replace(code[from..brace], " ").Trim();
                    if (IsMethod(words))
                    {
                        int first = Line(code, from + LeadingSpace(code, from, brace));
                        methods.Add(new ScannedMethod(words, first, Line(code, at) - first + 1));
                    }
                    head = at + 1;
                    break;
                case ';' when !IsWithinParentheses(code, head, at):
                    head = at + 1;
                    break;
            }
        }
        return methods;
    }

    private static bool IsMethod(string head) =>
        head.Contains('(') && !Type().IsMatch(head) && !Control().IsMatch(head)
        && !Initializer().IsMatch(head);

    // "for (a; b; c)": the semicolons don't end the head.
    private static bool IsWithinParentheses(string code, int from, int at)
    {
        ReadOnlySpan<char> part = code.AsSpan(from, at - from);
        return part.Count('(') > part.Count(')');
    }

    private static int LeadingSpace(string code, int from, int to)
    {
        int at = from;
        while (at < to && char.IsWhiteSpace(code[at]))
        {
            at++;
        }
        return at - from;
    }

    private static int Line(string code, int index) => code.AsSpan(0, index).Count('\n') + 1;

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum|namespace)\s+\w")]
    private static partial Regex Type();

    [GeneratedRegex(@"^(case .*: |default: )?(else )?(if|for|foreach|while|switch|using|lock|fixed"
        + @"|catch|checked|unchecked|do|try|finally|await foreach|await using)\b(?!\w)")]
    private static partial Regex Control();

    [GeneratedRegex(@"\bnew\b[^;=]*\)?$|\bswitch$|\bwith$|=\s*$|\bis$")]
    private static partial Regex Initializer();
}
