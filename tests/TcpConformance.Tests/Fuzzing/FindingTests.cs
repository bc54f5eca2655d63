using NUnit.Framework;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Findings;

namespace TcpConformance.Tests.Fuzzing;

public sealed class FindingTests
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("findings-");

    [TearDown]
    public void Remove() => _folder.Delete(true);

    [Test]
    public void Name_OfARule_SpeaksAndStays()
    {
        var one = FindingSignature.Of(
            new FuzzFindingException("rfc9293/MUST-12 reset-taken", "at 5"));
        var other = FindingSignature.Of(
            new FuzzFindingException("rfc9293/MUST-12 reset-taken", "at 7"));
        Assert.That(one.Name, Does.Match("^rfc9293-must-12-reset-taken-[0-9a-f]{8}$"));
        Assert.That(other, Is.EqualTo(one));
        Assert.That(one.Name, Is.EqualTo("rfc9293-must-12-reset-taken-c0a355a8"));
    }

    [Test]
    public void Signature_OfAnException_IsWhereItWasThrown()
    {
        FindingSignature one = Caught(() => Throws(1));
        FindingSignature same = Caught(() => Throws(2));
        FindingSignature other = Caught(() => ThrowsToo(1));
        Assert.That(one.Frames[0], Is.EqualTo("FindingTests.Throws"));
        Assert.That(same.Frames[0], Is.EqualTo(one.Frames[0]));
        Assert.That(other.Name, Is.Not.EqualTo(one.Name));
        Assert.That(one.Name, Does.StartWith("argument-findingtests-throws-"));
    }

    [Test]
    public void Signature_OfAWrappedException_IsThatOfItsCause()
    {
        FindingSignature direct = Caught(() => Throws(1));
        FindingSignature wrapped = Caught(() => Wraps(() => Throws(1)));
        Assert.That(wrapped.Kind, Is.EqualTo(FindingKind.Exception));
        Assert.That(wrapped.Frames[0], Is.EqualTo(direct.Frames[0]));
    }

    [Test]
    public void Signature_CrossesAPipe()
    {
        var signature = new FindingSignature(FindingKind.Hang, "a\tb|c\nd", ["X.Y", "Z.W"]);
        string line = signature.ToLine();
        Assert.That(line, Does.Not.Contain('\n'));
        FindingSignature read = FindingSignature.Read(line)!;
        Assert.That(read.Frames, Is.EqualTo(signature.Frames));
        Assert.That(FindingSignature.Read(read.ToLine()), Is.EqualTo(read));
        Assert.That(FindingSignature.Read("fine"), Is.Null);
    }

    [Test]
    public void Death_OfARecursion_IsItsTurn_WhereverTheStackEnds()
    {
        const string Story = """
            Stack overflow.
            Repeated 99 times:
            --------------------------------
               at TcpConformance.A.One(Int32)
               at TcpConformance.A.Two(Int32)
            --------------------------------
               at TcpConformance.A.Start(Int32)
            """;
        string turned = Story.Replace("One", "1").Replace("Two", "One").Replace("1", "Two");
        FindingSignature one = DeathSignature.Of(Story, 134);
        Assert.That(one.Head, Is.EqualTo("stack-overflow"));
        Assert.That(one.Frames, Is.SupersetOf(new[] { "A.One", "A.Two" }));
        Assert.That(DeathSignature.Of(turned, 134).Text, Is.EqualTo(one.Text));
    }

    [Test]
    public void Death_ByASanitizer_IsItsReport()
    {
        const string Story = """
            ==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x60
            READ of size 1 at 0x60 thread T0
                #0 0x7f in __asan_memcpy (/lib/x.so+0x1)
                #1 0x7f in tcp_input src/core/tcp_in.c:120:3
                #2 0x7f in ip4_input src/core/ip4.c:20:1
            """;
        FindingSignature signature = DeathSignature.Of(Story, 1);
        Assert.That(signature.Kind, Is.EqualTo(FindingKind.Sanitizer));
        Assert.That(signature.Frames, Is.EqualTo(new[] { "tcp_input", "ip4_input" }));
        Assert.That(signature.Name, Does.StartWith("heap-buffer-overflow-tcp-input-"));
    }

    [TestCase(137, "sigkill")]
    [TestCase(139, "sigsegv")]
    [TestCase(9, "exit-code-9")]
    public void Death_WithoutAWord_IsItsExitCode(int exitCode, string head) =>
        Assert.That(DeathSignature.Of("", exitCode).Head, Is.EqualTo(head));

    [Test]
    public void Hang_OfUnknownPlace_IsLikeAnyHang()
    {
        var known = new FindingSignature(FindingKind.Hang, "", ["A.B"]);
        var unknown = new FindingSignature(FindingKind.Hang, "", []);
        Assert.That(known.IsLike(unknown), Is.True);
        Assert.That(known.IsLike(unknown with { Kind = FindingKind.Memory }), Is.False);
        Assert.That(known.IsLike(known with { Frames = ["A.C"] }), Is.False);
    }

    [Test]
    public void Minimizer_LeavesWhatIsNeeded_InItsOrder()
    {
        byte[] input = [9, 8, 7, 66, 5, 4, 77, 3, 2, 1];
        byte[] least = InputMinimizer.Minimize(
            input, c => Array.IndexOf(c, (byte)66) is >= 0 and int at
                && Array.IndexOf(c, (byte)77) > at, 1000);
        Assert.That(least, Is.EqualTo(new byte[] { 66, 77 }));
    }

    [Test]
    public void Minimizer_MakesValuesPlain_AndKeepsToItsBudget()
    {
        Assert.That(
            InputMinimizer.Minimize([5, 6, 7, 8], c => c.Length >= 4, 1000),
            Is.EqualTo(new byte[4]));
        int asked = 0;
        InputMinimizer.Minimize(new byte[100], _ => ++asked < 0, 7);
        Assert.That(asked, Is.EqualTo(7));
    }

    [Test]
    public void Store_OpenedAgain_KnowsWhatItHas()
    {
        var store = new FindingStore(_folder.FullName);
        var finding = new Finding
        {
            Name = "a-1",
            Target = "frame",
            Kind = FindingKind.Rule,
            Signature = "Rule a",
            Message = "a: 1 expected",
            FirstSeen = new DateTimeOffset(2026, 11, 24, 1, 2, 3, TimeSpan.Zero),
            Replay = "./tcpconf fuzz replay a-1",
            Aliases = [5],
        };
        store.Add(finding, [1], [1, 2], "story");
        store.Count("a-1", 3, 6);
        Finding again = new FindingStore(_folder.FullName).Find("a-1")!;
        Assert.That(again with { Aliases = [] }, Is.EqualTo(
            finding with { Times = 4, Aliases = [] }));
        Assert.That(store.FindAlias(6)?.Name, Is.EqualTo("a-1"));
        Assert.That(store.FindAlias(7), Is.Null);
        Assert.That(
            File.ReadAllBytes(Path.Combine(_folder.FullName, "a-1", FindingStore.OriginalFile)),
            Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void Store_WithAHalfWrittenFolder_DoesNotKnowIt()
    {
        string home = Path.Combine(_folder.FullName, "half");
        Directory.CreateDirectory(home);
        File.WriteAllText(Path.Combine(home, FindingStore.Sidecar), "{ \"name\": ");
        Assert.That(new FindingStore(_folder.FullName).All, Is.Empty);
    }

    private static FindingSignature Caught(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            return FindingSignature.Of(e);
        }
        throw new InvalidOperationException("nothing was thrown");
    }

    private static void Throws(int n) => throw new ArgumentException($"{n}");

    private static void ThrowsToo(int n) => throw new ArgumentException($"{n}");

    private static void Wraps(Action action)
    {
        try
        {
            action();
        }
        catch (ArgumentException e)
        {
            throw new FuzzFindingException("crash", e.Message, e);
        }
    }
}
