using System.Text;
using TcpConformance.Fuzz.Mutation;
using TcpConformance.Harness.Iuts;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>profile</c>: the YAML that describes an IUT.</summary>
internal static class ProfileTarget
{
    private const long MostMemory = 64 << 20;

    private static readonly string[] Words =
    [
        "name: ", "description: ", "kind: ", "engine", "tap", "ixit:\n", "ics:\n", "addresses:\n",
        "  ", "- ", "true", "false", "ms", " s", ": ", "\n", "[", "{", "&a ", "*a", "<<: ",
        "!!int ", "'", "\"", "|", ">", "---\n", "#", "sysctl:\n", "deviations:\n", "reason: ",
    ];

    internal static FuzzTarget Target { get; } = new(
        "profile",
        "Ensure that any text is a profile or gets one line that says what is wrong, never another "
        + "exception, a hang or memory without bound.",
        Run)
    {
        Assemblies = ["TcpConformance.Harness"],
        Includes = type => type.StartsWith(
            "TcpConformance.Harness.Iuts.Profile", StringComparison.Ordinal),
        LongestInput = 16384,
        Structure = InputStructures.Lines(Words),
        Tell = PacketStory.OfText,
        Dictionary = [.. Words.Select(Encoding.UTF8.GetBytes)],
    };

    private static void Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            IutProfile profile = IutProfiles.Parse("profile.yaml", text);
            FuzzCheck.That(profile.Name.Length > 0, "a-profile-has-a-name");
        }
        catch (ProfileException e)
        {
            FuzzCheck.That(e.Message.Length > 0, "an-error-says-something");
        }
        FuzzCheck.That(
            GC.GetAllocatedBytesForCurrentThread() - before <= MostMemory, "memory-is-bounded");
    }
}
