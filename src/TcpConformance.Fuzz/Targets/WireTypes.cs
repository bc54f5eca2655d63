namespace TcpConformance.Fuzz.Targets;

/// <summary>Types of Wire that a target is about: the fuzzer looks through all counters after each
/// input, so that idle ones cost.</summary>
internal static class WireTypes
{
    private const string Home = "TcpConformance.Wire.";

    internal static string[] Options { get; } = ["Option", "TcpOption"];

    internal static string[] Segments { get; } = [.. Options, "Segment", "TcpHeader", "Checksum"];

    internal static string[] Packets { get; } = ["Packet", "Ipv4", "Ipv6", "IpAddress", "Checksum"];

    internal static string[] Frames { get; } =
        [.. Segments, .. Packets, "Frame", "Ethernet", "Vlan", "Arp", "Icmp", "Quote", "Mac"];

    internal static string[] Captures { get; } = ["Pcap", "Capture", "ClassicPcap"];

    /// <summary>Whether a type's name begins with one of these words.</summary>
    internal static Predicate<string> Named(string[] words) => type => words.Any(
        word => type.StartsWith(Home + word, StringComparison.Ordinal));
}
