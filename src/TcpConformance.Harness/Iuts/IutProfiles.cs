using TcpConformance.Spec.Requirements;

namespace TcpConformance.Harness.Iuts;

/// <summary>A profile that cannot be used. The message is one line: file, line and what is
/// wrong.</summary>
public sealed class ProfileException : Exception
{
    /// <summary>Makes one with a one-line message.</summary>
    public ProfileException(string message)
        : base(message)
    {
    }
}

/// <summary>Finds the profiles of IUTs.</summary>
public static class IutProfiles
{
    private const string Folder = "iuts/";
    private const string Ending = ".yaml";

    /// <summary>Names of the profiles that the program was built with, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = EmbeddedSpecs.Names
        .Where(n => n.StartsWith(Folder, StringComparison.Ordinal)
            && n.EndsWith(Ending, StringComparison.Ordinal))
        .Select(n => n[Folder.Length..^Ending.Length])
        .ToArray();

    /// <summary>The profile of an IUT.</summary>
    /// <param name="name">A name of <see cref="Names"/>, or the path of a YAML file.</param>
    /// <exception cref="ProfileException">There is none, or it is wrong.</exception>
    public static IutProfile Load(string name) => Load(name, []);

    /// <summary>Reads a profile.</summary>
    /// <param name="file">The name for messages.</param>
    /// <param name="text">The YAML.</param>
    /// <exception cref="ProfileException">It is wrong.</exception>
    public static IutProfile Parse(string file, string text) => Parse(file, text, []);

    /// <summary>The same of one that other profiles have named after <c>like</c>.</summary>
    /// <exception cref="ProfileException">There is none, it is wrong, or it is one of those.
    /// </exception>
    internal static IutProfile Load(string name, IReadOnlyList<string> likes)
    {
        string embedded = Folder + name + Ending;
        if (likes.Contains(embedded)
            || (name.Length > 0
                && likes.Any(l => Path.GetFullPath(l) == Path.GetFullPath(name))))
        {
            throw new ProfileException($"'{Path.GetFileName(name)}' leads back to itself");
        }
        if (EmbeddedSpecs.Read(embedded) is string text)
        {
            return Parse(embedded, text, likes);
        }
        if (!name.EndsWith(Ending, StringComparison.Ordinal))
        {
            throw new ProfileException(
                $"no IUT is called '{name}'; there are {string.Join(", ", Names)}, "
                + "or give the path of a profile that ends with .yaml");
        }
        try
        {
            return Parse(name, File.ReadAllText(name), likes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProfileException($"{name}: {e.Message}");
        }
    }

    private static IutProfile Parse(string file, string text, IReadOnlyList<string> likes) =>
        new ProfileFile(file, text, likes).Profile();
}
