namespace TcpConformance.Tests;

// Replaces what stands in comments and in string and character literals by blanks; line ends and
// positions stay. Knows plain, verbatim, interpolated and raw strings; what an interpolation
// holds is blanked with it.
internal static class SourceBlanker
{
    public static string Blank(string text)
    {
        char[] code = text.ToCharArray();
        int at = 0;
        while (at < text.Length)
        {
            int end = EndOfSkipped(text, at);
            for (int i = at; i < end; i++)
            {
                code[i] = code[i] == '\n' ? '\n' : ' ';
            }
            at = Math.Max(end, at + 1);
        }
        return new string(code);
    }

    // The end of the comment or literal that begins here; 'at' itself if none does.
    private static int EndOfSkipped(string text, int at)
    {
        ReadOnlySpan<char> rest = text.AsSpan(at);
        if (rest.StartsWith("//"))
        {
            int line = rest.IndexOf('\n');
            return line < 0 ? text.Length : at + line;
        }
        if (rest.StartsWith("/*"))
        {
            int end = rest.IndexOf("*/");
            return end < 0 ? text.Length : at + end + 2;
        }
        if (rest[0] == '\'')
        {
            return EndOfPlain(text, at + 1, '\'', false);
        }
        if (rest[0] is not ('"' or '$' or '@'))
        {
            return at;
        }
        int quote = at + rest.IndexOfAnyExcept('$', '@');
        if (quote < at || quote >= text.Length || text[quote] != '"')
        {
            return at;
        }
        ReadOnlySpan<char> prefix = text.AsSpan(at, quote - at);
        int quotes = text.AsSpan(quote).IndexOfAnyExcept('"');
        if (quotes >= 3 && !prefix.Contains('@'))
        {
            int close = text.IndexOf(new string('"', quotes), quote + quotes,
                StringComparison.Ordinal);
            return close < 0 ? text.Length : close + quotes;
        }
        return prefix.Contains('$')
            ? EndOfInterpolated(text, quote + 1, prefix.Contains('@'))
            : EndOfPlain(text, quote + 1, '"', prefix.Contains('@'));
    }

    private static int EndOfPlain(string text, int at, char quote, bool verbatim)
    {
        while (at < text.Length)
        {
            if (text[at] == '\\' && !verbatim)
            {
                at++;
            }
            else if (text[at] == quote)
            {
                if (!verbatim || at + 1 >= text.Length || text[at + 1] != quote)
                {
                    return at + 1;
                }
                at++;
            }
            at++;
        }
        return text.Length;
    }

    private static int EndOfInterpolated(string text, int at, bool verbatim)
    {
        int depth = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (c is '{' or '}')
            {
                bool doubled = depth == 0 && at + 1 < text.Length && text[at + 1] == c;
                depth += doubled ? 0 : c == '{' ? 1 : -1;
                at += doubled ? 2 : 1;
                continue;
            }
            if (depth > 0)
            {
                at = Math.Max(EndOfSkipped(text, at), at + 1); // a literal within
                continue;
            }
            if (c == '\\' && !verbatim)
            {
                at += 2;
                continue;
            }
            if (c == '"')
            {
                return at + 1;
            }
            at++;
        }
        return text.Length;
    }
}
