using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using TcpConformance.Cli.Operators;
using TcpConformance.Weaver.Operators;

namespace TcpConformance.Tests.OracleMutants;

/// <summary>The tests that judge the oracle, run in this process on one thread: traces, sessions,
/// and the whole suite against the reference engine.</summary>
internal sealed class OracleTests
{
    // Those of these namespaces, and one that plays the suite.
    private const string Chosen = """
        <filter><or>
          <class re='1'>TcpConformance\.Tests\.Spec\..*</class>
          <class re='1'>TcpConformance\.Tests\.Sessions\..*</class>
          <class re='1'>TcpConformance\.Tests\.Judging\.Judged.*</class>
          <method>Engine_WithoutAFault_Survives</method>
        </or></filter>
        """;

    // Turns of loops and calls of methods that one test may take, in those of the dearest one.
    private const long Patience = 10;

    // Most mutants fall by the first few of their tests.
    private static readonly int[] Slices = [6, 60, 400, 100_000];

    private readonly NUnitTestAssemblyRunner _runner = new(new DefaultTestAssemblyBuilder());
    private readonly Dictionary<int, List<string>> _byPlace = [];
    private readonly long _fuel;

    /// <summary>Runs all of them twice, without a mutant: the second time it is noted which places
    /// each reaches.</summary>
    internal OracleTests()
    {
        _runner.Load(typeof(OracleTests).Assembly, new Dictionary<string, object>
        {
            ["NumberOfTestWorkers"] = 0, ["StopOnError"] = true, ["SynchronousEvents"] = true,
        });
        TestFilter filter = TestFilter.FromXml(Chosen);
        Listener warm = Run(filter, long.MaxValue);
        Listener seen = Run(filter, long.MaxValue, records: true);
        Count = seen.Ended.Count;
        _fuel = seen.Ended.Max(t => t.Burnt) * Patience;
        Fault = warm.Failed ?? seen.Failed ?? (Count == 0 ? "there are no tests" : null);
        foreach (Listener.Test test in seen.Ended.OrderBy(t => t.Burnt))
        {
            foreach (int place in test.Places)
            {
                if (!_byPlace.TryGetValue(place, out List<string>? tests))
                {
                    _byPlace[place] = tests = [];
                }
                tests.Add(test.Id);
            }
        }
    }

    /// <summary>How many there are.</summary>
    internal int Count { get; }

    /// <summary>The name of one that fails without a mutant; null: none does.</summary>
    internal string? Fault { get; }

    /// <summary>Runs those that reach a place, the shortest first, until one fails.</summary>
    /// <param name="place">See <see cref="OperatorMutant.Place"/>.</param>
    /// <param name="variant">See <see cref="OperatorMutant.Variant"/>.</param>
    internal TrialOutcome Try(int place, int variant)
    {
        if (!_byPlace.TryGetValue(place, out List<string>? tests))
        {
            return new TrialOutcome(TrialEnd.Unreached);
        }
        int done = 0;
        foreach (int slice in Slices.TakeWhile(_ => done < tests.Count))
        {
            string ids = string.Concat(
                tests.Skip(done).Take(slice).Select(id => $"<id>{id}</id>"));
            done += slice;
            MutantSwitch.Activate(place, variant);
            Listener run = Run(TestFilter.FromXml($"<filter><or>{ids}</or></filter>"), _fuel);
            MutantSwitch.Activate(0, 0);
            if (run.Failed is string name)
            {
                return new TrialOutcome(TrialEnd.Failed) { Case = name, Reaching = tests.Count };
            }
        }
        return new TrialOutcome(TrialEnd.Survived) { Reaching = tests.Count };
    }

    private Listener Run(TestFilter filter, long fuel, bool records = false)
    {
        var listener = new Listener(fuel, records);
        _runner.Run(listener, filter);
        MutantSwitch.Refuel(long.MaxValue);
        return listener;
    }

    // Tests follow one another on one thread.
    private sealed class Listener(long fuel, bool records) : ITestListener
    {
        internal List<Test> Ended { get; } = [];

        internal string? Failed { get; private set; }

        public void TestStarted(ITest test)
        {
            MutantSwitch.Refuel(fuel);
            if (records && !test.IsSuite)
            {
                MutantSwitch.Record();
            }
        }

        public void TestFinished(ITestResult result)
        {
            if (result.Test.IsSuite)
            {
                return;
            }
            int[] places = [];
            if (records)
            {
                places = [.. MutantSwitch.Reached().Distinct()];
                MutantSwitch.Activate(0, 0);
            }
            Ended.Add(new Test(result.Test.Id, fuel - MutantSwitch.Fuel, places));
            if (result.ResultState.Status == TestStatus.Failed)
            {
                Failed ??= result.Test.FullName;
            }
        }

        public void TestOutput(TestOutput output)
        {
        }

        public void SendMessage(TestMessage message)
        {
        }

        internal sealed record Test(string Id, long Burnt, int[] Places);
    }
}
