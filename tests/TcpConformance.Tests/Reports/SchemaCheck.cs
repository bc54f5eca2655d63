using System.Text.Json;
using System.Text.RegularExpressions;

namespace TcpConformance.Tests.Reports;

/// <summary>
/// Checks JSON against the part of JSON Schema 2020-12 that <c>result.schema.json</c> uses; an
/// unknown keyword is a complaint, so that the schema cannot outgrow the check.
/// </summary>
internal sealed class SchemaCheck(JsonElement schema)
{
    private static readonly string[] Silent =
        ["$schema", "$id", "$defs", "title", "description", "format"];

    private readonly List<string> _complaints = [];

    public IReadOnlyList<string> Check(JsonElement value)
    {
        _complaints.Clear();
        Check(schema, value, "$");
        return _complaints;
    }

    private void Check(JsonElement rule, JsonElement value, string path)
    {
        foreach (JsonProperty keyword in rule.EnumerateObject())
        {
            bool good = keyword.Name switch
            {
                "$ref" => Follow(keyword.Value, value, path),
                "type" => HasType(keyword.Value, value),
                "const" => JsonElement.DeepEquals(keyword.Value, value),
                "enum" => keyword.Value.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)),
                "pattern" => Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!),
                "minimum" => value.GetDouble() >= keyword.Value.GetDouble(),
                "required" => keyword.Value.EnumerateArray()
                    .All(name => value.TryGetProperty(name.GetString()!, out _)),
                "properties" => Properties(rule, value, path),
                "additionalProperties" => true,
                "items" => Items(keyword.Value, value, path),
                _ => Silent.Contains(keyword.Name),
            };
            if (!good)
            {
                _complaints.Add($"{path}: {keyword.Name} {keyword.Value}");
            }
        }
    }

    private bool Follow(JsonElement reference, JsonElement value, string path)
    {
        string name = reference.GetString()!["#/$defs/".Length..];
        Check(schema.GetProperty("$defs").GetProperty(name), value, path);
        return true;
    }

    private static bool HasType(JsonElement type, JsonElement value) =>
        type.ValueKind == JsonValueKind.Array
            ? type.EnumerateArray().Any(t => HasType(t, value))
            : (type.GetString(), value.ValueKind) switch
            {
                ("object", JsonValueKind.Object) => true,
                ("array", JsonValueKind.Array) => true,
                ("string", JsonValueKind.String) => true,
                ("number", JsonValueKind.Number) => true,
                ("integer", JsonValueKind.Number) => value.TryGetInt64(out _),
                ("null", JsonValueKind.Null) => true,
                _ => false,
            };

    private bool Properties(JsonElement rule, JsonElement value, string path)
    {
        JsonElement known = rule.GetProperty("properties");
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (known.TryGetProperty(property.Name, out JsonElement inner))
            {
                Check(inner, property.Value, $"{path}.{property.Name}");
            }
            else if (rule.TryGetProperty("additionalProperties", out _))
            {
                _complaints.Add($"{path}.{property.Name}: unknown property");
            }
        }

        return true;
    }

    private bool Items(JsonElement rule, JsonElement value, string path)
    {
        foreach (JsonElement item in value.EnumerateArray())
        {
            Check(rule, item, path + "[]");
        }

        return true;
    }
}
