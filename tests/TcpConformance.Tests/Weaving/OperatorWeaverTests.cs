using System.Reflection;
using System.Runtime.Loader;
using NUnit.Framework;
using TcpConformance.Weaver.Operators;

namespace TcpConformance.Tests.Weaving;

public sealed class OperatorWeaverTests
{
    private const string Samples = "TcpConformance.Tests.Weaving.OperatorSamples";

    private DirectoryInfo _folder = null!;
    private AssemblyLoadContext _context = null!;
    private Type _woven = null!;
    private IReadOnlyList<OperatorMutant> _mutants = null!;

    [OneTimeSetUp]
    public void Weave()
    {
        _folder = Directory.CreateTempSubdirectory("weaver-");
        _mutants = WeaveTo("woven.dll");
        _context = new AssemblyLoadContext("woven", isCollectible: true);
        _woven = _context.LoadFromAssemblyPath(Path.Combine(_folder.FullName, "woven.dll"))
            .GetType(Samples, throwOnError: true)!;
    }

    [OneTimeTearDown]
    public void Remove()
    {
        _context.Unload();
        _folder.Delete(true);
    }

    [SetUp]
    public void Rest()
    {
        MutantSwitch.Activate(0, 0);
        MutantSwitch.Refuel(1_000_000);
    }

    [Test]
    public void Unmutated_EachMethod_DoesWhatItsSourceSays()
    {
        Assert.That(Call("IsLess", 1, 2), Is.True);
        Assert.That(Call("Branch", 2, 1), Is.EqualTo("greater"));
        Assert.That(Call("Protected", 5, 2), Is.EqualTo(20));
        Assert.That(Call("Protected", 2, 5), Is.EqualTo(25));
        Assert.That(Call("CountTo", 7), Is.EqualTo(7));
    }

    [Test]
    public void Comparison_MovesItsBound()
    {
        Wake("IsLess", OperatorKind.Comparison);
        Assert.That(Call("IsLess", 2, 2), Is.True);
        Assert.That(Call("IsLess", 3, 2), Is.False);
    }

    [Test]
    public void ComparisonInBranch_MovesItsBound()
    {
        Wake("Branch", OperatorKind.Comparison);
        Assert.That(Call("Branch", 2, 2), Is.EqualTo("greater"));
        Assert.That(Call("Branch", 1, 2), Is.EqualTo("not greater"));
    }

    [TestCase("IsLess", 1, 2)]
    [TestCase("IsSame", 2, 2)]
    public void Negation_TurnsTheCondition(string method, int a, int b)
    {
        Wake(method, OperatorKind.Negation);
        Assert.That(Call(method, a, b), Is.False);
        Assert.That(Call(method, 3, 2), Is.True);
    }

    [Test]
    public void NegationInBranch_TurnsTheCondition()
    {
        Wake("Branch", OperatorKind.Negation);
        Assert.That(Call("Branch", 2, 1), Is.EqualTo("not greater"));
    }

    [TestCase("Sum", 5, 3, 2)]
    [TestCase("Mask", 5, 3, 7)]
    public void Arithmetic_IsExchanged(string method, int a, int b, int result)
    {
        Wake(method, OperatorKind.Arithmetic);
        Assert.That(Call(method, a, b), Is.EqualTo(result));
    }

    [TestCase(0, 41)]
    [TestCase(1, 39)]
    public void Constant_IsOneMoreOrLess(int variant, int result)
    {
        Wake("Forty", OperatorKind.Constant, variant);
        Assert.That(Call("Forty"), Is.EqualTo(result));
    }

    [Test]
    public void OperatorMethods_AreExchangedForTheirSiblings()
    {
        TimeSpan one = TimeSpan.FromSeconds(1);
        Wake("IsLater", OperatorKind.Comparison);
        Assert.That(Call("IsLater", one, one), Is.True);
        Wake("IsLater", OperatorKind.Negation);
        Assert.That(Call("IsLater", one + one, one), Is.False);
        Wake("Add", OperatorKind.Arithmetic);
        Assert.That(Call("Add", one, one), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void DroppedCall_IsNotMade()
    {
        Wake("Append", OperatorKind.DroppedCall);
        Assert.That(Call("Append", new List<int>(), 5), Is.Zero);
        MutantSwitch.Activate(0, 0);
        Assert.That(Call("Append", new List<int>(), 5), Is.EqualTo(1));
    }

    [Test]
    public void DroppedStore_LeavesTheField()
    {
        Wake("Keep", OperatorKind.DroppedStore);
        object box = Activator.CreateInstance(
            _woven.Assembly.GetType("TcpConformance.Tests.Weaving.SampleBox")!)!;
        Assert.That(Call("Keep", box, 5), Is.Zero);
    }

    [Test]
    public void MutantInProtectedBlock_Runs()
    {
        Wake("Protected", OperatorKind.Arithmetic); // Max became Min
        Assert.That(Call("Protected", 5, 2), Is.EqualTo(14));
    }

    [Test]
    public void EndlessLoop_RunsOutOfFuel()
    {
        Wake("CountTo", OperatorKind.Negation);
        Assert.That(Call("CountTo", 7), Is.Zero);
        Wake("CountTo", OperatorKind.Arithmetic);
        Assert.That(() => Call("CountTo", 7), Throws.TypeOf<OutOfFuelException>());
    }

    [Test]
    public void Recursion_CostsFuel()
    {
        MutantSwitch.Refuel(50);
        Assert.That(Call("Descend", 20), Is.EqualTo(20));
        Assert.That(() => Call("Descend", 60), Throws.TypeOf<OutOfFuelException>());
    }

    [Test]
    public void Recording_NotesThePlacesThatWereReached()
    {
        MutantSwitch.Record();
        Call("Forty");
        int[] reached = MutantSwitch.Reached();
        int[] places = [.. Of("Forty").Select(m => m.Place).Distinct()];
        Assert.That(reached, Is.EqualTo(places));
    }

    [Test]
    public void Ids_AreUniqueAndTheSameEveryTime()
    {
        Assert.That(_mutants.Select(m => m.Id), Is.Unique);
        Assert.That(WeaveTo("again.dll"), Is.EqualTo(_mutants));
    }

    [Test]
    public void Sentence_NamesFileAndLine() => Assert.That(
        Of("Forty").First().Sentence,
        Does.Match(@"^OperatorSamples\.cs:\d+: 40 became 41$"));

    private IReadOnlyList<OperatorMutant> WeaveTo(string name) => OperatorWeaver.Weave(
        typeof(OperatorSamples).Assembly.Location, Path.Combine(_folder.FullName, name),
        type => type == Samples);

    private IEnumerable<OperatorMutant> Of(string method) => _mutants.Where(
        m => m.Id.StartsWith($"OperatorSamples.{method}/", StringComparison.Ordinal));

    private void Wake(string method, OperatorKind kind, int index = 0)
    {
        OperatorMutant mutant = Of(method).Where(m => m.Kind == kind).ElementAt(index);
        MutantSwitch.Activate(mutant.Place, mutant.Variant);
    }

    private object? Call(string method, params object[] arguments) => _woven.GetMethod(method)!
        .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
