using System.Reflection;

namespace TcpConformance.Spec.Requirements;

/// <summary>The YAML files of <c>specs/</c> as they were when the program was built.</summary>
public static class EmbeddedSpecs
{
    private const string Prefix = "specs/";

    private static Assembly Home => typeof(EmbeddedSpecs).Assembly;

    /// <summary>All names below <c>specs/</c>, as in <c>iuts/linux.yaml</c>, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..])
            .Order(StringComparer.Ordinal)];

    /// <summary>The text of one file, or null if there is none of that name.</summary>
    /// <param name="name">The name below <c>specs/</c>, with forward slashes.</param>
    public static string? Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using Stream? stream = Home.GetManifestResourceStream(Prefix + name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
