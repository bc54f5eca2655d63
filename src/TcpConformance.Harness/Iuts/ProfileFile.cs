using System.Globalization;
using TcpConformance.Harness.Iuts.Lwip;
using TcpConformance.Harness.Iuts.Stacks;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Requirements;
using TcpConformance.Wire;
using YamlDotNet.RepresentationModel;

namespace TcpConformance.Harness.Iuts;

/// <summary>Reads one profile; a key that it doesn't know is an error, so that a slip of the
/// pen can't make a run lenient.</summary>
internal sealed class ProfileFile
{
    // RFC 791 §3.1: what every host must take; and the largest that a length field can say.
    private const int LeastMtu = 576;
    private const int MostMtu = 65_535;

    // Two bits at least for hosts: the tester has addresses in the same network.
    private const int LongestV4Prefix = 30;
    private const int LongestV6Prefix = 126;

    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(365);

    private readonly string _file;
    private readonly YamlMappingNode _root;
    private readonly IutProfile _base;

    /// <summary>Reads the text.</summary>
    /// <param name="file">The name for messages.</param>
    /// <param name="text">The YAML.</param>
    /// <param name="likes">The profiles that have named this one after <c>like</c>.</param>
    public ProfileFile(string file, string text, IReadOnlyList<string> likes)
    {
        _file = file;
        _root = ProfileYaml.Load(file, text) as YamlMappingNode
            ?? throw new ProfileException($"{file}:1: one YAML mapping expected");
        _base = Like([.. likes, file]);
    }

    public IutProfile Profile()
    {
        Known(
            _root, "name", "kind", "description", "ixit", "ics", "sysctls", "addresses",
            "socketOptions", "knownDeviations", "stack", "program", "arguments", "jobs",
            "leftOut", "build", "like");
        YamlMappingNode? addresses = Mapping(_root, "addresses");
        if (addresses is not null)
        {
            Known(addresses, "v4", "v4Prefix", "v6", "v6Prefix");
        }
        IutKind kind = Kind();
        bool isProcess = kind == IutKind.Process;
        return _base with
        {
            Name = Name(),
            Kind = kind,
            Stack = Stack(kind) ?? (Has("program") || !isProcess ? null : _base.Stack),
            Program = Program(kind) ?? (Has("stack") || !isProcess ? null : _base.Program),
            Build = Build(kind) ?? _base.Build,
            Arguments = Has("arguments")
                ? Sequence("arguments").Select(
                    n => (n as YamlScalarNode)?.Value
                        ?? throw Wrong(n, "a text expected in 'arguments'")).ToArray()
                : _base.Arguments,
            Description = Find(_root, "description")?.Value ?? _base.Description,
            Jobs = Number(_root, "jobs") ?? _base.Jobs,
            LeftOut = [.. _base.LeftOut, .. Sequence("leftOut").Select(LeftOut)],
            Ixit = Ixit(),
            Claims = Has("ics") ? Claims() : _base.Claims,
            V4 = Address(addresses, "v4", isV6: false) ?? _base.V4,
            V6 = Address(addresses, "v6", isV6: true) ?? _base.V6,
            V4Prefix = Prefix(addresses, "v4Prefix", LongestV4Prefix) ?? _base.V4Prefix,
            V6Prefix = Prefix(addresses, "v6Prefix", LongestV6Prefix) ?? _base.V6Prefix,
            SocketOptions =
                [.. _base.SocketOptions, .. List("socketOptions").Select(SocketOption)],
            Sysctls = [.. _base.Sysctls, .. List("sysctls").Select(Sysctl)],
            KnownDeviations =
                [.. Inherited(), .. List("knownDeviations").Select(Deviation)],
        };
    }

    // Whether they are true still, runs of the other one tell.
    private IEnumerable<KnownDeviation> Inherited() =>
        _base.KnownDeviations.Select(d => d with { IsSeenSometimes = true });

    // What holds of another profile holds of this one, too, unless it says otherwise; lists grow.
    private IutProfile Like(IReadOnlyList<string> likes)
    {
        if (Find(_root, "like") is not YamlScalarNode { Value: string name } node)
        {
            return new IutProfile { Name = "", Kind = IutKind.Engine };
        }
        if (name.Contains('\0'))
        {
            throw Wrong(node, "'like' has a NUL character");
        }
        try
        {
            return IutProfiles.Load(
                name.Contains('/') ? InFolder(name) : name, likes);
        }
        catch (ProfileException e)
        {
            throw Wrong(node, $"like: {e.Message}");
        }
    }

    private string InFolder(string path) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(_file) ?? "", path));

    private string Name()
    {
        string name = Text(_root, "name");
        return name.Any(char.IsWhiteSpace)
            ? throw Wrong(Find(_root, "name")!, $"'name: {name}' is not one word")
            : name;
    }

    private bool Has(string key) => _root.Children.ContainsKey(key);

    private IutKind Kind()
    {
        if (Has("like") && !Has("kind"))
        {
            return _base.Kind;
        }
        string kind = Text(_root, "kind");
        return kind switch
        {
            "engine" => IutKind.Engine,
            "tap-linux" => IutKind.TapLinux,
            "lwip" => IutKind.Lwip,
            "process" => IutKind.Process,
            _ => throw Wrong(
                _root, $"kind '{kind}' is none of engine, tap-linux, lwip, process"),
        };
    }

    private LwipFlavour? Build(IutKind kind)
    {
        if (Find(_root, "build") is not YamlScalarNode node)
        {
            return null;
        }
        if (kind != IutKind.Lwip)
        {
            throw Wrong(node, "'build' is for 'kind: lwip' only");
        }
        return node.Value switch
        {
            "plain" => LwipFlavour.Plain,
            "full" => LwipFlavour.Full,
            "sanitized" => LwipFlavour.Sanitized,
            _ => throw Wrong(node, $"build '{node.Value}' is none of plain, full, sanitized"),
        };
    }

    private string? Stack(IutKind kind)
    {
        YamlScalarNode? node = Find(_root, "stack");
        if ((node is not null || Find(_root, "program") is not null) && kind != IutKind.Process)
        {
            throw Wrong(
                node ?? (YamlNode)_root, "'stack' and 'program' are for 'kind: process' alone");
        }
        return node?.Value is not string stack || StackPrograms.Find(stack) is not null
            ? node?.Value
            : throw Wrong(
                node, $"stack '{stack}' is none of "
                + string.Join(", ", StackPrograms.All.Select(s => s.Name)));
    }

    // A path is relative to the folder of the profile.
    private string? Program(IutKind kind)
    {
        string? program = Find(_root, "program")?.Value;
        bool isOne = (program is null) != (Find(_root, "stack") is null);
        bool isInherited = _base.Stack is not null || _base.Program is not null;
        if (kind == IutKind.Process && !isOne && !isInherited)
        {
            throw Wrong(_root, "'kind: process' needs either 'program' or 'stack'");
        }
        if (program?.Contains('\0') == true)
        {
            throw Wrong(_root, "'program' has a NUL character");
        }
        return program is null || !program.Contains('/')
            ? program
            : InFolder(program);
    }

    private UnusableCases LeftOut(YamlNode node)
    {
        YamlMappingNode line = node as YamlMappingNode
            ?? throw Wrong(node, "a mapping expected in 'leftOut'");
        Known(line, "case", "why");
        return new UnusableCases(Text(line, "case"), Text(line, "why"));
    }

    private Ixit Ixit()
    {
        Ixit d = _base.Ixit;
        if (Mapping(_root, "ixit") is not YamlMappingNode x)
        {
            return d;
        }
        Known(
            x, "timeWait", "rtoMin", "rtoInitial", "rtoMax", "delayedAck", "r2", "r2Syn",
            "keepAliveIdle", "initialWindow", "mtu", "latency", "timerGranularity",
            "timerSlackPercent");
        return new Ixit
        {
            TimeWait = Duration(x, "timeWait") ?? d.TimeWait,
            RtoMin = Duration(x, "rtoMin") ?? d.RtoMin,
            RtoInitial = Duration(x, "rtoInitial") ?? d.RtoInitial,
            RtoMax = Duration(x, "rtoMax") ?? d.RtoMax,
            DelayedAck = Duration(x, "delayedAck") ?? d.DelayedAck,
            R2 = Duration(x, "r2") ?? d.R2,
            R2Syn = Duration(x, "r2Syn") ?? d.R2Syn,
            KeepAliveIdle = Duration(x, "keepAliveIdle") ?? d.KeepAliveIdle,
            InitialWindow = Number(x, "initialWindow") ?? d.InitialWindow,
            Mtu = Number(x, "mtu", LeastMtu, MostMtu) ?? d.Mtu,
            Latency = Duration(x, "latency") ?? d.Latency,
            TimerGranularity = Duration(x, "timerGranularity") ?? d.TimerGranularity,
            TimerSlackPercent = Number(x, "timerSlackPercent") ?? d.TimerSlackPercent,
        };
    }

    private Claims Claims()
    {
        Claims all = default;
        foreach (YamlNode node in Sequence("ics"))
        {
            string name = (node as YamlScalarNode)?.Value ?? "";
            // Written as 'windowScale'; numbers, which Enum.TryParse takes, are no claims.
            if (!char.IsLetter(name.FirstOrDefault())
                || !Enum.TryParse(name, ignoreCase: true, out Claims claim))
            {
                throw Wrong(node, $"unknown claim '{name}' in ics");
            }
            all |= claim;
        }
        return all;
    }

    private IutSysctl Sysctl(YamlMappingNode node)
    {
        Known(node, "name", "value", "why");
        return new IutSysctl(Text(node, "name"), Text(node, "value"), Text(node, "why"));
    }

    private IutSocketOption SocketOption(YamlMappingNode node)
    {
        Known(node, "name", "value", "why");
        return new IutSocketOption(Text(node, "name"), Text(node, "value"), Text(node, "why"));
    }

    private int? Prefix(YamlMappingNode? node, string key, int longest) =>
        node is null ? null : Number(node, key, 1, longest);

    private KnownDeviation Deviation(YamlMappingNode node)
    {
        Known(node, "requirement", "case", "message", "step", "seen", "why", "section");
        if (Find(node, "seen") is { Value: not "sometimes" } seen)
        {
            throw Wrong(seen, $"'seen: {seen.Value}' is not 'seen: sometimes'");
        }
        string cases = Text(node, "case");
        if (Find(node, "step") is { } step && cases != KnownDeviation.InSessions)
        {
            throw Wrong(step, $"'step' is for lines with 'case: {KnownDeviation.InSessions}'");
        }
        return new KnownDeviation(
            KnownRequirement(node), cases, Text(node, "why"), Text(node, "section"))
        {
            Message = Find(node, "message")?.Value,
            Step = Find(node, "step")?.Value,
            IsSeenSometimes = Find(node, "seen") is not null,
        };
    }

    // A line about a requirement that there is not would never hide anything.
    private string KnownRequirement(YamlMappingNode node)
    {
        string id = Text(node, "requirement");
        return id == KnownDeviation.Dies || RequirementCatalogue.Embedded.Find(id) is not null
            ? id
            : throw Wrong(
                Find(node, "requirement")!,
                $"there is no requirement '{id}': see 'tcpconf list requirements'");
    }

    private TimeSpan? Duration(YamlMappingNode node, string key)
    {
        if (Find(node, key) is not YamlScalarNode { Value: string text } scalar)
        {
            return null;
        }
        (string unit, double milliseconds)[] units =
            [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
        foreach ((string unit, double milliseconds) in units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && double.TryParse(
                text[..^unit.Length], NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out double value)
                && value * milliseconds <= LongestDuration.TotalMilliseconds)
            {
                return TimeSpan.FromMilliseconds(value * milliseconds);
            }
        }
        throw Wrong(scalar, $"'{key}: {text}' is no time such as 200ms, 60s, 4m or 2h");
    }

    private int? Number(YamlMappingNode node, string key)
    {
        if (Find(node, key) is not YamlScalarNode { Value: string text } scalar)
        {
            return null;
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n)
            ? n
            : throw Wrong(scalar, $"'{key}: {text}' is no number");
    }

    private int? Number(YamlMappingNode node, string key, int least, int most) =>
        Number(node, key) switch
        {
            int n when n < least || n > most => throw Wrong(
                Find(node, key)!, $"'{key}: {n}' is no number from {least} to {most}"),
            var n => n,
        };

    private IpAddress? Address(YamlMappingNode? node, string key, bool isV6)
    {
        if (node is null || Find(node, key) is not YamlScalarNode { Value: string text } scalar)
        {
            return null;
        }
        IpAddress address;
        try
        {
            address = IpAddress.Parse(text);
        }
        catch (FormatException)
        {
            throw Wrong(scalar, $"'{key}: {text}' is no IP address");
        }
        if (address.IsV6 != isV6)
        {
            throw Wrong(scalar, $"'{key}: {text}' is no {(isV6 ? "IPv6" : "IPv4")} address");
        }
        return address == IpAddress.Read(new byte[address.Length])
            || address.IsMulticastOrBroadcast
            ? throw Wrong(scalar, $"'{key}: {text}' is no address that a host can have")
            : address;
    }

    private IEnumerable<YamlMappingNode> List(string key) => Sequence(key).Select(
        n => n as YamlMappingNode ?? throw Wrong(n, $"a mapping expected in '{key}'"));

    private IEnumerable<YamlNode> Sequence(string key)
    {
        if (!_root.Children.TryGetValue(key, out YamlNode? node)
            || node is YamlScalarNode { Value: "" })
        {
            return [];
        }
        return node as YamlSequenceNode ?? throw Wrong(node, $"'{key}' is to be a list");
    }

    private YamlMappingNode? Mapping(YamlMappingNode node, string key)
    {
        if (!node.Children.TryGetValue(key, out YamlNode? child))
        {
            return null;
        }
        return child as YamlMappingNode ?? throw Wrong(child, $"'{key}' is to be a mapping");
    }

    private string Text(YamlMappingNode node, string key)
    {
        string? text = Find(node, key)?.Value;
        return string.IsNullOrWhiteSpace(text)
            ? throw Wrong(node, $"'{key}' is missing")
            : text;
    }

    private static YamlScalarNode? Find(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out YamlNode? value) ? value as YamlScalarNode : null;

    private void Known(YamlMappingNode node, params string[] keys)
    {
        foreach (YamlNode key in node.Children.Keys)
        {
            string name = (key as YamlScalarNode)?.Value ?? "";
            if (!keys.Contains(name))
            {
                throw Wrong(key, $"unknown key '{name}'; known are {string.Join(", ", keys)}");
            }
        }
    }

    private ProfileException Wrong(YamlNode where, string what) =>
        new($"{_file}:{where.Start.Line}: {what}");
}
