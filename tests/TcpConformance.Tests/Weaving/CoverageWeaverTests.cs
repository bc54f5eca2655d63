using System.Reflection;
using System.Runtime.Loader;
using NUnit.Framework;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Tests.Weaving;

[NonParallelizable]
public sealed class CoverageWeaverTests
{
    private const string Samples = "TcpConformance.Tests.Weaving.CoverageSamples";

    private readonly CoverageWeaver _weaver = new();
    private DirectoryInfo _folder = null!;
    private AssemblyLoadContext _context = null!;
    private Type _woven = null!;

    [OneTimeSetUp]
    public void Weave()
    {
        _folder = Directory.CreateTempSubdirectory("weaver-");
        string target = Path.Combine(_folder.FullName, "woven.dll");
        _weaver.Weave(
            typeof(CoverageSamples).Assembly.Location, target,
            type => type.StartsWith(Samples, StringComparison.Ordinal));
        _context = new AssemblyLoadContext("woven", isCollectible: true);
        _woven = _context.LoadFromAssemblyPath(target).GetType(Samples, throwOnError: true)!;
    }

    [OneTimeTearDown]
    public void Remove()
    {
        _context.Unload();
        _folder.Delete(true);
    }

    [SetUp]
    public void Clear() => CoverageMap.Span.Clear();

    [TestCase("Branch", 1001)]
    [TestCase("Branch", 1000)]
    [TestCase("Optional", 1001)]
    [TestCase("Optional", 1000)]
    [TestCase("Switch", 9)]
    [TestCase("Switch", 12)]
    [TestCase("Switch", 14)]
    [TestCase("Loop", 7)]
    [TestCase("Protected", 7, 2)]
    [TestCase("Protected", 7, 0)]
    [TestCase("Protected", 2, 0)]
    [TestCase("Long", 0x1234_5678_9abcL, 0L)]
    [TestCase("Long", 5L, 6L)]
    [TestCase("Kind", DayOfWeek.Monday, (byte)0x4f)]
    [TestCase("Kind", DayOfWeek.Monday, (byte)0x3f)]
    [TestCase("Ratio", 1.5, 2.5)]
    [TestCase("Words", "one")]
    [TestCase("Words", "six")]
    public void Woven_EachMethod_DoesWhatItsSourceSays(string method, params object[] arguments)
    {
        object? expected = typeof(CoverageSamples).GetMethod(method)!.Invoke(null, arguments);
        Assert.That(Call(method, arguments), Is.EqualTo(expected));
        Assert.That(Hit(method), Is.Not.Empty);
    }

    [Test]
    public void Woven_Iterator_GivesTheSame() => Assert.That(
        (IEnumerable<int>)Call("Sequence", 4)!, Is.EqualTo(new[] { 0, 1, 2, 3 }));

    [Test]
    public async Task Woven_AsyncMethod_GivesTheSame() =>
        Assert.That(await (Task<int>)Call("Later", 4)!, Is.EqualTo(1));

    [TestCase(new byte[] { 1, 2 }, new byte[] { 1, 2 }, true)]
    [TestCase(new byte[] { 1, 2 }, new byte[] { 1, 3 }, false)]
    [TestCase(new byte[] { 1, 2 }, new byte[] { 1 }, false)]
    [TestCase(new byte[0], new byte[0], true)]
    public void Woven_SpanComparison_GivesTheSame(byte[] a, byte[] b, bool same) =>
        Assert.That(Call("Equal", a, b), Is.EqualTo(same));

    [Test]
    public void TwoBranches_HitOtherCounters()
    {
        Call("Branch", 1001);
        int[] greater = Hit("Branch");
        Clear();
        Call("Branch", 0);
        Assert.That(Hit("Branch"), Is.Not.EquivalentTo(greater));
    }

    [Test]
    public void Switch_EachLabel_HitsACounterOfItsOwn()
    {
        var seen = new HashSet<string>();
        for (int label = 9; label <= 14; label++)
        {
            Clear();
            Call("Switch", label);
            seen.Add(string.Join(' ', Hit("Switch")));
        }
        // 10 to 13, and what is none of them (twice).
        Assert.That(seen, Has.Count.AtLeast(5));
    }

    [Test]
    public void Loop_CountsItsTurns()
    {
        Call("Loop", 7);
        Assert.That(
            Hit("Loop").Select(i => (int)CoverageMap.Span[i]), Has.Some.EqualTo(7));
    }

    [Test]
    public void Counter_Wraps()
    {
        Call("Loop", 259);
        Assert.That(
            Hit("Loop").Select(i => (int)CoverageMap.Span[i]), Has.Some.EqualTo(259 - 256));
    }

    [Test]
    public void SecondAssembly_HasCountersOfItsOwn()
    {
        var weaver = new CoverageWeaver();
        string source = typeof(CoverageSamples).Assembly.Location;
        weaver.Weave(source, Path.Combine(_folder.FullName, "a.dll"), t => t == Samples);
        int first = weaver.Counters;
        weaver.Weave(source, Path.Combine(_folder.FullName, "b.dll"), t => t == Samples);
        Assert.That(first, Is.Positive);
        Assert.That(weaver.Counters, Is.EqualTo(2 * first));
        Assert.That(weaver.Methods, Has.Count.EqualTo(2 * first));
    }

    [Test]
    public void Exception_InWovenCode_KnowsItsLine()
    {
        var thrown = Assert.Throws<TargetInvocationException>(() => Call("Fail", 3))!;
        Assert.That(
            thrown.InnerException!.StackTrace, Does.Contain("CoverageSamples.cs:line"));
    }

    private object? Call(string method, params object[] arguments) =>
        _woven.GetMethod(method)!.Invoke(null, arguments);

    private int[] Hit(string method) => [.. Enumerable.Range(0, _weaver.Counters).Where(i =>
        CoverageMap.Span[i] != 0
        && _weaver.Methods[i].Contains($"::{method}(", StringComparison.Ordinal))];
}
