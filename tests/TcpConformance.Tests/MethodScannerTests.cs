using NUnit.Framework;

namespace TcpConformance.Tests;

public sealed class MethodScannerTests
{
    private const string Code = """
        namespace A;
        class B
        {
            private static readonly int[] Numbers = new int[] { 1, 2 };
            public int C { get; set; }
            public B(int d)
            {
                for (int i = 0; i < d; i++)
                {
                    if (d > 3)
                    {
                        E("}", '{', $"{d:x2} }}");
                    }
                }
            }
            static void E(
                params object[] f)
            {
                // }
            }
            int G(int h) => h switch
            {
                0 => 1,
                _ => 2,
            };
            void I() => J(() =>
            {
                E(@"\", "\"}");
            });
        }
        """;

    [Test]
    public void Methods_AreFoundWithTheirLines() => Assert.That(
        MethodScanner.Methods(SourceBlanker.Blank(Code))
            .Select(m => $"{m.FirstLine}+{m.Lines} {m.Head}"),
        Is.EqualTo(new[]
        {
            "6+10 public B(int d)",
            "16+5 static void E( params object[] f)",
            "26+4 void I() => J(() =>",
        }));

    [TestCase("a // b", "a     ")]
    [TestCase("a /* b */ c", "a         c")]
    [TestCase("x = \"{\" + y", "x =     + y")]
    [TestCase("x = @\"\"\"{\" + y", "x =        + y")]
    [TestCase("x = $\"{a[\"}\"]}\" + y", "x =             + y")]
    [TestCase("x = '\\'' + '\"' + y", "x =      +     + y")]
    [TestCase("x = \"a\\\"{\" + y", "x =        + y")]
    [TestCase("@if", "@if")]
    public void Blank_TakesOutCommentsAndLiterals(string code, string blanked) =>
        Assert.That(SourceBlanker.Blank(code), Is.EqualTo(blanked));

    [Test]
    public void Blank_RawString_IsTakenOut()
    {
        string code = "x = \"\"\"\n{ \"\" }\n\"\"\" + y;";
        Assert.That(SourceBlanker.Blank(code), Is.EqualTo("x =    \n      \n    + y;"));
    }
}
