using NUnit.Framework;
using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Tests.Harness;

/// <summary>What libFuzzer is told of lwIP's comparisons.</summary>
public sealed class LwipCompilerTests
{
    [Test]
    public void TellsOfComparisonsOfLwipOnly()
    {
        string[] code =
        [
            "  %32 = and i64 %31, 7, !dbg !1, !nosanitize !2",
            "  call void @__sanitizer_cov_trace_const_cmp8(i64 0, i64 %32), !dbg !1",
            "  %33 = icmp eq i64 %32, 0, !dbg !1, !nosanitize !2",
            "  br i1 %33, label %cont1, label %handler.type_mismatch, !dbg !1, !nosanitize !2",
            "  call void @__sanitizer_cov_trace_const_cmp4(i32 5, i32 %34), !dbg !3",
            "  %35 = icmp ult i32 %34, 5, !dbg !3",
            "  call void @__sanitizer_cov_trace_switch(i64 %36, i64* %37), !dbg !4",
            "  %38 = icmp eq i64 %36, 0, !dbg !4, !nosanitize !2",
            "  call void @__sanitizer_cov_trace_cmp8(i64 %39, i64 %40), !dbg !5",
        ];

        IEnumerable<string> left = LwipCompiler.WithoutTracesOfSanitizers(code);

        Assert.That(left, Is.EqualTo(code.Where((_, i) => i != 1)));
    }

    [TestCase("-fsanitize=address,undefined -fsanitize=fuzzer-no-link", true)]
    [TestCase("-fsanitize=address,undefined", false)]
    public void KnowsWhatIsTraced(string flags, bool traced) =>
        Assert.That(LwipCompiler.IsTraced(flags.Split(' ')), Is.EqualTo(traced));
}
