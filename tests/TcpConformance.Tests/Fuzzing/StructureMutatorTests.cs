using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Mutation;
using TcpConformance.Fuzz.Targets;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Fuzzing;

/// <summary>The mutators that know what inputs are made of.</summary>
public sealed class StructureMutatorTests
{
    private const int Room = 300;

    private static IEnumerable<FuzzTarget> Structured =>
        FuzzTargets.All.Where(t => t.Structure is not null);

    // Stands for libFuzzer's own mutations: turns one bit.
    private static int Flip(Span<byte> octets, int size)
    {
        if (size == 0)
        {
            return 0;
        }
        octets[size / 2] ^= 1;
        return size;
    }

    [TestCaseSource(nameof(Structured))]
    public void Mutate_AnyInput_FitsAndIsTheSameForASeed(FuzzTarget target) => Prop
        .ForAll<byte[], uint>((input, seed) =>
        {
            byte[] octets = input.Length is 0 or > Room ? [0] : input;
            byte[] one = Mutated(target, octets, seed);
            return one.Length is > 0 and <= Room
                && one.AsSpan().SequenceEqual(Mutated(target, octets, seed));
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261128, 9293));

    [TestCaseSource(nameof(Structured))]
    public void Cross_AnyInputs_BeginsAndEndsAsTheyDo(FuzzTarget target) => Prop
        .ForAll<byte[], byte[], uint>((one, other, seed) =>
        {
            var mutator = new StructureMutator(target.Structure! with { Mend = null }, Flip);
            byte[] room = new byte[Room];
            int size = mutator.Cross(one, other, room, seed);
            ReadOnlySpan<byte> made = room.AsSpan(0, size);
            int head = one.AsSpan().CommonPrefixLength(made);
            return size == 0 || other.AsSpan().EndsWith(made[head..]);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261128, 9293));

    [TestCaseSource(nameof(Structured))]
    public void Split_AnyInput_AscendsWithinIt(FuzzTarget target) => Prop
        .ForAll<byte[]>(input =>
        {
            List<int> starts = [];
            target.Structure!.Split(input, starts);
            return starts.Zip(starts.Skip(1)).All(p => p.First < p.Second)
                && starts.All(s => s >= 0 && s < input.Length);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261128, 9293));

    // A step that was left out leaves the others as they were.
    [Test]
    public void Session_StepLeftOut_OthersAreTheSame()
    {
        byte[] input = [0, 0, 0, 16, 0, 0, 8, 0, 1, 11, 0, 3, 0, 1, 0, 0];
        List<int> starts = [];
        SessionDecoder.Split(input, starts);
        string[] whole = Words(input);
        byte[] less = [.. input[..starts[2]], .. input[starts[3]..]];

        Assert.That(Words(less), Is.EqualTo(whole.Where((_, i) => i != 2)));
    }

    private static string[] Words(byte[] input) =>
        [.. SessionDecoder.Read(input).Steps.Select(s => s.ToString()!)];

    [Test]
    public void MendPacket_WrongLengthsAndChecksums_IsReadWithoutDefect()
    {
        byte[] packet =
        [
            0x45, 0, 0, 0, 0, 1, 0, 0, 64, 6, 0, 0, 10, 77, 0, 1, 10, 77, 0, 2,
            4, 0, 4, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0xf0, 0x10, 1, 0, 0, 0, 0, 0, 2, 9, 5, 0xb4,
        ];

        InputStructures.Packet([]).Mend!(packet);

        PacketView view = PacketView.Read(packet);
        SegmentView segment = SegmentView.Read(view.Payload);
        Assert.That(view.Defect, Is.EqualTo(PacketDefect.None));
        Assert.That(segment.Defect, Is.EqualTo(SegmentDefect.None));
        Assert.That(segment.Header.Options.Mss, Is.EqualTo(0x5b4));
        Assert.That(Checksum.IsValid(view.Source, view.Destination, view.Payload));
    }

    [Test]
    public void MendBlocks_BlockCutShort_HasItsLengthTwice()
    {
        byte[] block = [6, 0, 0, 0, 99, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];

        InputStructures.Blocks.Mend!(block);

        Assert.That(block[4..8], Is.EqualTo(new byte[] { 16, 0, 0, 0 }));
        Assert.That(block[12..], Is.EqualTo(new byte[] { 16, 0, 0, 0 }));
    }

    private static byte[] Mutated(FuzzTarget target, byte[] input, uint seed)
    {
        byte[] room = new byte[Room];
        input.CopyTo(room, 0);
        int size = new StructureMutator(target.Structure!, Flip).Mutate(room, input.Length, seed);
        return room[..size];
    }
}
