using System.Globalization;

namespace TcpConformance.Harness.Sessions;

/// <summary>The words of one step's line: a verb, then words and <c>name=value</c>.</summary>
internal sealed class StepWords
{
    private readonly List<string> _words;
    private bool _failed;

    public StepWords(string line)
    {
        _words = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        Verb = _words.Count > 0 ? _words[0] : "";
        _words.RemoveRange(0, Math.Min(1, _words.Count));
    }

    public string Verb { get; }

    /// <summary>Whether every word has been understood.</summary>
    public bool IsDone => !_failed && _words.Count == 0;

    /// <summary>Takes the next word that is no <c>name=value</c>.</summary>
    public string Word()
    {
        int at = _words.FindIndex(w => !w.Contains('='));
        if (at < 0)
        {
            _failed = true;
            return "";
        }
        string word = _words[at];
        _words.RemoveAt(at);
        return word;
    }

    /// <summary>Takes a word if it is there.</summary>
    public bool Flag(string word) => _words.Remove(word);

    /// <summary>Takes the value of a name; null if it is absent.</summary>
    public string? Value(string name)
    {
        int at = _words.FindIndex(w => w.StartsWith(name + "=", StringComparison.Ordinal));
        if (at < 0)
        {
            return null;
        }
        string value = _words[at][(name.Length + 1)..];
        _words.RemoveAt(at);
        return value;
    }

    public long? Number(string name, long min, long max) =>
        Value(name) is string text ? NumberOf(text, min, max) : null;

    public long NumberOf(string text, long min, long max)
    {
        if (long.TryParse(
                text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n)
            && n >= min && n <= max)
        {
            return n;
        }
        _failed = true;
        return min;
    }

    /// <summary>An edge and a signed offset, e.g. <c>next-1</c>.</summary>
    public (T Edge, int Offset) Edge<T>(string name)
        where T : struct, Enum
    {
        string text = Value(name) ?? "";
        int sign = text.IndexOfAny(['+', '-']);
        string edge = sign < 0 ? text : text[..sign];
        long offset = sign < 0 ? 0 : NumberOf(text[sign..], int.MinValue, int.MaxValue);
        return (Name<T>(edge), (int)offset);
    }

    /// <summary>A value of an enum by its name in small letters.</summary>
    public T Name<T>(string text)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (TextOf(value) == text)
            {
                return value;
            }
        }
        _failed = true;
        return default;
    }

    public static string TextOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    public static string TextOf<T>(T edge, int offset)
        where T : struct, Enum => TextOf(edge) + (offset == 0 ? "" : Signed(offset));

    public static string Signed(long offset) =>
        offset.ToString("+0;-0;+0", CultureInfo.InvariantCulture);

    public void Fail() => _failed = true;
}
