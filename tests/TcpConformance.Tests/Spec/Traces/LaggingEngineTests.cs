using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>The reference engine, reached through a queue that holds segments and calls back by up
/// to the stated latency, as a busy machine would.</summary>
public sealed class LaggingEngineTests
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);
    private const int Segments = 2000;

    [Test]
    public void Oracle_RandomTrafficBothWays_HasNoComplaintAndFewHypotheses(
        [Range(1, 30)] int seed, [Values] bool resultsOvertake)
    {
        using var run = new LaggingRun(seed, Latency, resultsOvertake);

        run.Play(Segments);

        Assert.That(
            run.Oracle.Violations.Select(v => $"{v.At.TotalSeconds:0.000} {v.Rule}: {v.Message}"),
            Is.Empty, () => run.LastLines);
        TestContext.Out.WriteLine(
            $"hypotheses: half {Part(run.Samples, 0.5)}, nine tenths {Part(run.Samples, 0.9)}, "
            + $"most {run.Oracle.MostHypotheses}");
        Assert.That(run.Oracle.Judged, Is.GreaterThan(Segments / 4));
        Assert.That(run.Oracle.MostHypotheses, Is.LessThanOrEqualTo(64));
        Assert.That(
            Part(run.Samples, 0.5), Is.LessThanOrEqualTo(resultsOvertake ? 16 : 8));
        Assert.That(Part(run.Samples, 0.9), Is.LessThanOrEqualTo(32));
    }

    // What so much of the samples is at most.
    private static int Part(List<int> samples, double part) =>
        samples.Order().ElementAt((int)(samples.Count * part));
}
