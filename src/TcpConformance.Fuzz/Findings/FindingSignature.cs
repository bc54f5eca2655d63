using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TcpConformance.Fuzz.Findings;

/// <summary>What makes two findings the same: the rule that is broken, or how and where our code
/// fails. Line numbers are no part of it, so that it outlives edits elsewhere in a file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Head">The rule, the exception's type, or the way of dying.</param>
/// <param name="Frames">Innermost methods of our code; empty for a rule.</param>
public sealed record FindingSignature(
    FindingKind Kind, string Head, IReadOnlyList<string> Frames)
{
    private const int LongestSlug = 64;
    private const char Field = '\t';
    private const char Frame = '|';

    /// <summary>All of it in one line.</summary>
    public string Text => $"{Kind} {Head}".Trim()
        + (Frames.Count == 0 ? "" : " in " + string.Join(" < ", Frames));

    /// <summary>A number for the text.</summary>
    public uint Hash
    {
        get
        {
            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(Text));
            return BitConverter.ToUInt32(hash);
        }
    }

    /// <summary>A name that speaks and stays: the words, then the hash.</summary>
    public string Name
    {
        get
        {
            string what = Kind switch
            {
                FindingKind.Rule => Head,
                FindingKind.Exception => Head.Replace("Exception", "", StringComparison.Ordinal),
                FindingKind.Hang => "hang",
                FindingKind.Memory => "memory",
                FindingKind.Crash or FindingKind.Sanitizer => Head,
            };
            string where = Frames.Count == 0 ? "" : "-" + Frames[0];
            string slug = Slug(what + where);
            return string.Create(CultureInfo.InvariantCulture, $"{slug}-{Hash:x8}");
        }
    }

    /// <summary>The signature of what a target has thrown.</summary>
    public static FindingSignature Of(Exception e)
    {
        if (e is FuzzFindingException finding)
        {
            return finding.InnerException is Exception inner
                ? Of(inner)
                : new FindingSignature(FindingKind.Rule, finding.Rule, []);
        }
        return new FindingSignature(FindingKind.Exception, e.GetType().Name, OurFrames.Of(e));
    }

    /// <summary>The same fault, as far as one can tell: of a hang and of memory one may not know
    /// where it was.</summary>
    public bool IsLike(FindingSignature other) =>
        Text == other.Text
        || (Kind == other.Kind && Kind is FindingKind.Hang or FindingKind.Memory
            && (Frames.Count == 0 || other.Frames.Count == 0));

    /// <inheritdoc/>
    public bool Equals(FindingSignature? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>In one line, for another process.</summary>
    internal string ToLine() => string.Join(
        Field, Kind, Plain(Head), string.Join(Frame, Frames.Select(Plain)));

    /// <summary>Reads such a line; null if it is none.</summary>
    internal static FindingSignature? Read(string line)
    {
        string[] fields = line.Split(Field);
        return fields.Length >= 3 && Enum.TryParse(fields[0], out FindingKind kind)
            ? new FindingSignature(
                kind, fields[1], fields[2].Split(Frame, StringSplitOptions.RemoveEmptyEntries))
            : null;
    }

    private static string Plain(string text) =>
        text.ReplaceLineEndings(" ").Replace(Field, ' ').Replace(Frame, '/');

    // Small letters and digits, with single hyphens between the words.
    private static string Slug(string text)
    {
        var slug = new StringBuilder();
        bool gap = false;
        foreach (char c in text.ToLowerInvariant())
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                gap = slug.Length > 0;
                continue;
            }
            if (slug.Length >= LongestSlug)
            {
                break;
            }
            slug.Append(gap ? "-" : "").Append(c);
            gap = false;
        }
        return slug.ToString();
    }
}
