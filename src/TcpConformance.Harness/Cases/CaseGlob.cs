namespace TcpConformance.Harness.Cases;

/// <summary>A pattern for case ids: <c>*</c> stands for any characters, <c>/</c> included, and
/// <c>?</c> for one; <c>**</c> says the same as <c>*</c>. A pattern without either names one
/// case, or the group of all cases below it.</summary>
/// <param name="Pattern">The pattern, matched from the first to the last character.</param>
public sealed record CaseGlob(string Pattern)
{
    /// <summary>Whether <paramref name="id"/> is meant.</summary>
    public bool Matches(string id)
    {
        if (!Pattern.AsSpan().ContainsAny('*', '?'))
        {
            string group = Pattern.TrimEnd('/');
            return id == group || id.StartsWith(group + "/", StringComparison.Ordinal);
        }
        return Matches(Pattern, id);
    }

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }
        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }
}
