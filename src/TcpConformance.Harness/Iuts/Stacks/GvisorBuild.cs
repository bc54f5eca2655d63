using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>gVisor's netstack with an upper tester of ours, built at first use.</summary>
internal static class GvisorBuild
{
    private const string Sources = "golang-gvisor-gvisor-dev";
    private const string Compiler = "golang-go";

    /// <summary>Where Debian keeps the sources of Go packages.</summary>
    private const string GoPath = "/usr/share/gocode";

    /// <summary>The stack's entry in <see cref="StackPrograms"/>.</summary>
    internal static StackProgram Program { get; } =
        new("gvisor", [Sources, Compiler], Locate);

    private static StackCommand Locate(string cache)
    {
        string version = StackSources.VersionOf(Sources);
        string go = ToolRun.Run("go", Compiler, Path.GetTempPath(), ["version"]).Trim();
        return new StackCommand(
            StackSources.Locate(
                "gvisor", cache, $"{version} {go}", folder => Build(folder, version)),
            []);
    }

    private static string Build(string folder, string version)
    {
        // Nothing but Debian's sources, and nothing left in anybody's own cache.
        var variables = new Dictionary<string, string>
        {
            ["GO111MODULE"] = "off",
            ["GOPATH"] = GoPath,
            ["GOFLAGS"] = "",
            ["GOCACHE"] = Path.Combine(folder, ".cache"),
            ["CGO_ENABLED"] = "0",
        };
        ToolRun.Run(
            "go", Compiler, folder,
            ["build", "-trimpath", "-ldflags", $"-X main.version={version}", "-o", "made", "."],
            variables);
        return Path.Combine(folder, "made");
    }
}
