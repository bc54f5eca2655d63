using System.Text.RegularExpressions;
using NUnit.Framework;
using TcpConformance.Tap;
using TcpConformance.Wire;

namespace TcpConformance.LiveTests.Tap;

[TestFixture]
internal sealed partial class LinuxProfileTests
{
    [Test]
    public void Sysctls_OfTheProfile_AreTakenAndLeaveTheLinkUsable()
    {
        (string, string)[] sysctls =
        [
            .. SysctlLine().Matches(Profile()).Select(
                m => (m.Groups["name"].Value, m.Groups["value"].Value)),
        ];
        Assert.That(sysctls, Has.Length.GreaterThan(15));
        using LiveLink link = LiveLink.Open(sysctls);
        foreach ((string name, string value) in sysctls.Where(s => !IsUnknown(link, s.Item1)))
        {
            string found = link.Network.Space.ReadSysctl(name)!.Replace('\t', ' ');
            Assert.That(found, Is.EqualTo(value), name);
        }
        foreach ((string iut, string tester) in
            ((string, string)[])[("10.77.0.1", "10.77.8.8"), ("fd77::1", "fd77::8:8")])
        {
            string opened = link.Ask($"1 listen {iut} 80 5 congestion=cubic");
            Assert.That(opened, Does.StartWith("ok "));
            new HandMadePeer(link, IpAddress.Parse(tester), 1024, 80).Connect();
        }
    }

    private static bool IsUnknown(LiveLink link, string name) =>
        link.Network.UnknownSysctls.Contains(name);

    private static string Profile()
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder!, "specs/iuts/linux.yaml")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return File.ReadAllText(Path.Combine(folder!, "specs/iuts/linux.yaml"));
    }

    [GeneratedRegex(
        """- name: (?<name>net\.\S+)\n\s+value: "(?<value>[^"]*)"\n\s+why: "[^"]{10,}""")]
    private static partial Regex SysctlLine();
}
