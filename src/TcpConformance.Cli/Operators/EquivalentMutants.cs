using TcpConformance.Harness.Cases;
using TcpConformance.Spec.Requirements;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TcpConformance.Cli.Operators;

/// <summary>Mutants that behave otherwise within what the RFCs allow.</summary>
/// <param name="Mutants">Which: a pattern over ids.</param>
/// <param name="Reason">Why nobody may mind, in one sentence.</param>
/// <param name="Section">Where the RFC leaves it open.</param>
internal sealed record EquivalentMutant(string Mutants, string Reason, string Section);

/// <summary>The list of them: <c>specs/mutants/equivalent.yaml</c>.</summary>
internal sealed class EquivalentMutants
{
    private const string File = "mutants/equivalent.yaml";

    private readonly (EquivalentMutant Entry, CaseGlob Ids)[] _entries;

    private EquivalentMutants(IEnumerable<EquivalentMutant> entries) =>
        _entries = entries.Select(e => (e, new CaseGlob(e.Mutants))).ToArray();

    /// <summary>All entries, in their order.</summary>
    internal IEnumerable<EquivalentMutant> All => _entries.Select(e => e.Entry);

    /// <summary>The list that the program was built with.</summary>
    internal static EquivalentMutants Load() => Parse(EmbeddedSpecs.Read(File) ?? "[]");

    /// <summary>Reads a list.</summary>
    /// <exception cref="CatalogueException">It is wrong.</exception>
    internal static EquivalentMutants Parse(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new CatalogueException($"{File}:{e.Start.Line}: {e.Message}");
        }
        if (stream.Documents is not [{ RootNode: YamlSequenceNode list }])
        {
            throw new CatalogueException($"{File}: not a list");
        }
        return new EquivalentMutants(list.Children.SelectMany(Entries));
    }

    /// <summary>Why a mutant is equivalent; null if the list doesn't say so.</summary>
    internal EquivalentMutant? Find(string id) =>
        _entries.FirstOrDefault(e => e.Ids.Matches(id)).Entry;

    // One reason may stand for several patterns.
    private static IEnumerable<EquivalentMutant> Entries(YamlNode node)
    {
        YamlNode mutants = Value(node, "mutants");
        string reason = Text(Value(node, "reason"));
        string section = Text(Value(node, "section"));
        return mutants is YamlSequenceNode several
            ? several.Children.Select(m => new EquivalentMutant(Text(m), reason, section))
            : [new EquivalentMutant(Text(mutants), reason, section)];
    }

    private static YamlNode Value(YamlNode node, string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(key, out YamlNode? value)
            ? value
            : throw new CatalogueException($"{File}:{node.Start.Line}: no '{key}'");

    private static string Text(YamlNode node) => node is YamlScalarNode { Value: { } text }
        ? text
        : throw new CatalogueException($"{File}:{node.Start.Line}: not a text");
}
