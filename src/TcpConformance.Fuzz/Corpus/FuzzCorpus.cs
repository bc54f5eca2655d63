using System.Globalization;
using System.Reflection;
using System.Text;

namespace TcpConformance.Fuzz.Corpus;

/// <summary>An input with the name of its file.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Octets">What it holds.</param>
public sealed record FuzzInput(string Name, byte[] Octets);

/// <summary>The inputs that the program was built with: seeds in <c>corpus/TARGET</c>, past
/// findings in <c>corpus/regressions/TARGET</c>.</summary>
public static class FuzzCorpus
{
    private static readonly Assembly Home = typeof(FuzzCorpus).Assembly;

    /// <summary>Where the fuzzer begins.</summary>
    public static IReadOnlyList<FuzzInput> Seeds(string target) => Under($"corpus/{target}/");

    /// <summary>What once went wrong.</summary>
    public static IReadOnlyList<FuzzInput> Regressions(string target) =>
        Under($"corpus/regressions/{target}/");

    /// <summary>Writes both into a directory.</summary>
    public static void Write(string target, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (FuzzInput input in Seeds(target).Concat(Regressions(target)))
        {
            File.WriteAllBytes(Path.Combine(folder, input.Name), input.Octets);
        }
    }

    /// <summary>Writes a target's words as libFuzzer and AFL++ read them.</summary>
    public static void WriteDictionary(FuzzTarget target, string path)
    {
        var text = new StringBuilder();
        foreach (byte[] word in target.Dictionary)
        {
            text.Append('"');
            foreach (byte octet in word)
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{octet:x2}");
            }
            text.Append("\"\n");
        }
        File.WriteAllText(path, text.ToString());
    }

    private static FuzzInput[] Under(string prefix) =>
    [
        .. from name in Home.GetManifestResourceNames()
           where name.StartsWith(prefix, StringComparison.Ordinal)
           orderby name
           select new FuzzInput(name[prefix.Length..], Read(name)),
    ];

    private static byte[] Read(string name)
    {
        using Stream stream = Home.GetManifestResourceStream(name)!;
        byte[] octets = new byte[stream.Length];
        stream.ReadExactly(octets);
        return octets;
    }
}
