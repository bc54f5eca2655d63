using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace TcpConformance.Harness.Iuts;

/// <summary>Reads YAML that nobody vouches for.</summary>
internal static class ProfileYaml
{
    // What builds the nodes calls itself for each level: a file of brackets would overflow the
    // stack. Three levels are what a profile needs.
    private const int Deepest = 32;

    /// <summary>The root of the one document.</summary>
    /// <returns>Null if there is none, or more than one.</returns>
    /// <exception cref="ProfileException">The text is no YAML.</exception>
    public static YamlNode? Load(string file, string text)
    {
        try
        {
            CheckDepth(file, text);
            var stream = new YamlStream();
            using var reader = new StringReader(text);
            stream.Load(reader);
            return stream.Documents.Count == 1 ? stream.Documents[0].RootNode : null;
        }
        catch (YamlException e)
        {
            throw new ProfileException(
                $"{file}:{e.Start.Line}: bad YAML: {e.Message.ReplaceLineEndings(" ")}");
        }
        catch (Exception e) when (e is not ProfileException)
        {
            // The library has other exceptions for some kinds of bad text.
            throw new ProfileException($"{file}: bad YAML: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static void CheckDepth(string file, string text)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        int depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > Deepest)
            {
                throw new ProfileException(
                    $"{file}:{parser.Current.Start.Line}: nested too deeply");
            }
            if (parser.Current is AnchorAlias alias)
            {
                throw new ProfileException(
                    $"{file}:{alias.Start.Line}: '*{alias.Value}': a profile has no aliases");
            }
        }
    }
}
