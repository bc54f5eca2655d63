using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TcpConformance.Spec.Requirements;

/// <summary>Reads one YAML file of the catalogue and says where it is wrong.</summary>
internal sealed partial class CatalogueFile
{
    private static readonly Dictionary<string, RequirementLevel> Levels = new()
    {
        ["must"] = RequirementLevel.Must,
        ["should"] = RequirementLevel.Should,
        ["may"] = RequirementLevel.May,
        ["rec"] = RequirementLevel.Rec,
    };

    private readonly string _name;
    private readonly YamlMappingNode _root;

    /// <summary>Parses the file.</summary>
    /// <param name="name">The name for messages.</param>
    /// <param name="text">The whole file.</param>
    public CatalogueFile(string name, string text)
    {
        _name = name;
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            stream.Load(reader);
        }
        catch (YamlException e)
        {
            string reason = e.Message.ReplaceLineEndings(" ");
            throw new CatalogueException($"{name}:{e.Start.Line}: bad YAML: {reason}", e);
        }

        if (stream.Documents.Count != 1 || stream.Documents[0].RootNode is not YamlMappingNode root)
        {
            throw new CatalogueException($"{name}:1: one YAML mapping expected");
        }

        _root = root;
    }

    /// <summary>The requirements of one <c>requirements/rfcNNNN.yaml</c>.</summary>
    public IEnumerable<Requirement> Requirements()
    {
        string rfc = Text(_root, "rfc");
        foreach (YamlMappingNode entry in Entries("requirements"))
        {
            string id = Text(entry, "id");
            if (!IdForm().IsMatch(id) || !id.StartsWith(rfc + "/", StringComparison.Ordinal))
            {
                Fail(entry, $"id '{id}' is not of the form {rfc}/MUST-1 or {rfc}/3.2/1");
            }

            string level = Text(entry, "level");
            if (!Levels.TryGetValue(level, out RequirementLevel value))
            {
                Fail(entry, $"level '{level}' is none of must, should, may, rec");
            }

            string section = Text(entry, "section");
            string text = Text(entry, "text");
            yield return new Requirement(id, rfc, section, value, text, Find(entry, "subject"));
        }
    }

    /// <summary>The exceptions of <c>exceptions.yaml</c>.</summary>
    public IEnumerable<RequirementException> Exceptions() =>
        Entries("exceptions")
            .Select(e => new RequirementException(Text(e, "id"), Text(e, "reason")));

    private IEnumerable<YamlMappingNode> Entries(string key)
    {
        if (Child(_root, key) is not YamlSequenceNode list)
        {
            Fail(_root, $"a list '{key}' expected");
            yield break;
        }

        foreach (YamlNode entry in list)
        {
            if (entry is not YamlMappingNode mapping)
            {
                Fail(entry, $"a mapping expected in '{key}'");
                yield break;
            }

            yield return mapping;
        }
    }

    private string Text(YamlMappingNode node, string key)
    {
        string? text = Find(node, key);
        if (string.IsNullOrWhiteSpace(text))
        {
            Fail(node, $"'{key}' is missing");
        }

        return text;
    }

    private static string? Find(YamlMappingNode node, string key) =>
        (Child(node, key) as YamlScalarNode)?.Value;

    private static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? value) ? value : null;

    [DoesNotReturn]
    private void Fail(YamlNode where, string what) =>
        throw new CatalogueException($"{_name}:{where.Start.Line}: {what}");

    [GeneratedRegex(@"^rfc\d+/((MUST|SHLD|MAY|REC)-[1-9]\d*|\d+(\.\d+)*/[1-9]\d*)$")]
    private static partial Regex IdForm();
}
