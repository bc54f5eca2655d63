using System.CommandLine;
using TcpConformance.Fuzz.Running;
using TcpConformance.Fuzz.Tapping;
using TcpConformance.Fuzz.Targets;
using TcpConformance.Tap;

namespace TcpConformance.Cli.Verbs;

/// <summary>Which fuzzer runs a target, and the options that only some of them have.</summary>
internal static class FuzzEngines
{
    private const string LibFuzzer = "libfuzzer";
    private const string Afl = "afl";
    private const string SharpFuzz = "sharpfuzz";

    private static readonly Option<string> Engine = new("--engine")
    {
        Description = "libfuzzer: in the process, the fastest; afl: AFL++, for several processes "
            + "and machines; sharpfuzz: for SharpFuzz's drivers, if built with it.",
        HelpName = "NAME",
        DefaultValueFactory = _ => LibFuzzer,
    };

    private static readonly Option<long> Jobs = NumberOption.Create(
        "--jobs", 1, 1024, "afl: how many processes, one main and the rest secondaries.");

    private static readonly Option<string?> Sync = new("--sync")
    {
        Description = "afl: the folder that processes, of several machines too, share; a campaign "
            + "that is started again goes on from there. out/fuzz/TARGET/afl if not given.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Name = new("--name")
    {
        Description = "afl: what this machine is called in the shared folder. Its host name if "
            + "not given.",
        HelpName = "NAME",
    };

    internal static void AddTo(Command command)
    {
        command.Add(Engine);
        command.Add(Jobs);
        command.Add(Sync);
        command.Add(Name);
    }

    /// <summary>Runs a campaign with the engine that was asked for.</summary>
    internal static FuzzResult Run(
        ParseResult parsed, FuzzRequest request, CancellationToken cancel)
    {
        string engine = parsed.GetValue(Engine)!;
        if (request.Target.Name.StartsWith(TapTarget.Prefix, StringComparison.Ordinal))
        {
            return RunOnTap(parsed, request, engine, cancel);
        }
        switch (engine)
        {
            case LibFuzzer:
                Option? other = new Option[] { Jobs, Sync, Name }
                    .FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false });
                if (other is not null)
                {
                    throw new UsageException($"{other.Name} needs --engine {Afl}");
                }
                using (var campaign = new FuzzCampaign(request))
                {
                    return campaign.Run(cancel);
                }
            case Afl:
                using (var campaign = new AflCampaign(request, Shared(parsed, request)))
                {
                    return campaign.Run(cancel);
                }
            case SharpFuzz:
                return RunSharpFuzz(request);
            default:
                throw new UsageException(
                    $"no engine is called '{engine}': {LibFuzzer}, {Afl} and {SharpFuzz} are");
        }
    }

    private static FuzzResult RunOnTap(
        ParseResult parsed, FuzzRequest request, string engine, CancellationToken cancel)
    {
        Option? other = new Option[] { Jobs, Sync, Name }
            .FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false });
        if (engine != LibFuzzer || other is not null || request.Flags.Count > 0)
        {
            throw new UsageException(
                $"{request.Target.Name} is not led by coverage: --engine, --jobs, --sync, --name "
                + "and flags of fuzzers are not for it");
        }
        // Does not return where it helps: the program goes on in a user namespace.
        UserNamespace.RestartWhereNeeded();
        string[] corpora =
        [
            request.Corpus, .. ((string[])["session", "lwip"])
                .Select(t => Path.Combine("out", "fuzz", t, "corpus")),
        ];
        return new TapCampaign(request, corpora).Run(cancel);
    }

    // What it finds is its driver's to keep.
    private static FuzzResult RunSharpFuzz(FuzzRequest request)
    {
#if SHARPFUZZ
        SharpFuzzing.SharpFuzzHost.Run(request.Target);
        return new FuzzResult([]);
#else
        throw new UsageException(
            $"--engine {SharpFuzz} for {request.Target.Name} needs a program built with SharpFuzz: "
            + "dotnet build src/TcpConformance.Cli -c Release -p:WithSharpFuzz=true");
#endif
    }

    private static AflRequest Shared(ParseResult parsed, FuzzRequest request)
    {
        var shared = new AflRequest(parsed.GetValue(Sync)
            ?? Path.Combine("out", "fuzz", request.Target.Name, "afl"))
        {
            Jobs = (int)Math.Max(1, parsed.GetValue(Jobs)),
        };
        if (parsed.GetValue(Name) is not string name)
        {
            return shared;
        }
        return AflRequest.IsName(name)
            ? shared with { Name = name }
            : throw new UsageException(
                $"--name {name}: up to 24 letters, digits, '-' and '_' are allowed");
    }
}
