using TcpConformance.Wire;

namespace TcpConformance.Harness.Lower;

/// <summary>When the lower tester acknowledges text.</summary>
public enum AckPolicy
{
    /// <summary>Every segment.</summary>
    EverySegment,
    /// <summary>Every second segment, and the last.</summary>
    EverySecond,
    /// <summary>Only when all of it is there.</summary>
    AtTheEnd,
    /// <summary>Never.</summary>
    None,
}

/// <content>Text both ways.</content>
public sealed partial class Peer
{
    /// <summary>Takes text from the IUT until so many octets are there in order, acknowledging
    /// by policy; fails the case if they don't come in time or are not as expected.</summary>
    /// <param name="octets">How many.</param>
    /// <param name="policy">When to acknowledge.</param>
    /// <param name="within">From now, for all of it.</param>
    /// <param name="requirement">What is contradicted otherwise.</param>
    /// <returns>The text; retransmissions are in it once.</returns>
    public async Task<byte[]> ReceiveText(
        int octets, AckPolicy policy, TimeSpan within, string requirement)
    {
        byte[] all = new byte[octets];
        SeqNumber first = RcvNxt;
        TimeSpan until = _context.Now + within;
        int segments = 0;
        while (RcvNxt - first < octets)
        {
            SeqNumber before = RcvNxt;
            ReceivedSegment s = await NextUntil(until) ?? throw _context.Failure(
                requirement, $"the IUT sends {octets} octets of text: only {RcvNxt - first} "
                + $"came within {Text(within)}");
            if (s.Has(TcpFlags.Rst))
            {
                throw _context.Failure(
                    requirement, $"the IUT sends {octets} octets of text: {s} came");
            }
            int skip = before - s.Seq;
            if (s.TextLength == 0 || skip < 0 || skip >= s.TextLength)
            {
                // No text, out of order, or seen before: then the IUT waits for an ACK.
                if (skip > 0 && s.TextLength > 0 && policy == AckPolicy.EverySecond)
                {
                    SendAck();
                }
                continue;
            }
            int at = before - first;
            int take = Math.Min(s.TextLength - skip, octets - at);
            s.Text.Slice(skip, take).CopyTo(all.AsMemory(at));
            segments++;
            bool last = RcvNxt - first >= octets;
            bool ack = policy switch
            {
                AckPolicy.EverySegment => true,
                AckPolicy.EverySecond => last || segments % 2 == 0,
                AckPolicy.AtTheEnd => last,
                AckPolicy.None => false,
            };
            if (ack)
            {
                SendAck();
            }
        }
        _context.Checks++;
        return all;
    }

    /// <summary>Sends text in segments without waiting for anything.</summary>
    /// <param name="text">The text.</param>
    /// <param name="segmentSize">Octets in each segment but the last.</param>
    /// <param name="lose">Says of the n-th segment, from 0, that it is lost on the way: it
    /// counts as sent, but doesn't leave.</param>
    /// <returns>All segments, lost ones too, for <see cref="Resend"/>.</returns>
    public IReadOnlyList<SentSegment> SendText(
        ReadOnlyMemory<byte> text, int segmentSize, Func<int, bool>? lose = null)
    {
        var all = new List<SentSegment>();
        for (int at = 0; at < text.Length; at += segmentSize)
        {
            ReadOnlyMemory<byte> part =
                text.Slice(at, Math.Min(segmentSize, text.Length - at));
            if (lose is null || !lose(all.Count))
            {
                all.Add(SendText(part));
                continue;
            }
            Segment segment = Make(TcpFlags.Ack | TcpFlags.Psh, text: part);
            SndNxt += part.Length;
            _sndMax = SeqNumber.Max(_sndMax, SndNxt);
            all.Add(new SentSegment(_context.Now, segment, PacketOf(segment, 0)));
        }
        return all;
    }

    /// <summary>Sends text within the IUT's window, again what is not acknowledged within a
    /// second, until all of it is acknowledged; fails the case if that is not in time.</summary>
    /// <param name="text">The text.</param>
    /// <param name="segmentSize">Octets in each segment but the last.</param>
    /// <param name="within">From now, for all of it.</param>
    /// <param name="requirement">What is contradicted otherwise.</param>
    /// <param name="lose">Says of the n-th transmission, from 0, that it is lost.</param>
    public async Task DeliverText(
        ReadOnlyMemory<byte> text, int segmentSize, TimeSpan within, string requirement,
        Func<int, bool>? lose = null)
    {
        SeqNumber first = SndNxt;
        SeqNumber end = first + text.Length;
        TimeSpan until = _context.Now + within;
        int transmission = 0;
        while (SndUna < end)
        {
            SndNxt = SeqNumber.Max(SndNxt, SndUna);
            SeqNumber right = SeqNumber.Min(end, SndUna + SndWnd);
            while (SndNxt < right)
            {
                int size = Math.Min(segmentSize, right - SndNxt);
                SendText(text.Slice(SndNxt - first, size), size, _ => lose?.Invoke(transmission)
                    ?? false);
                transmission++;
            }
            if (_context.Now >= until)
            {
                throw _context.Failure(
                    requirement, $"the IUT acknowledges {text.Length} octets of text: only "
                    + $"{SndUna - first} within {Text(within)}");
            }
            if (await Next(TimeSpan.FromSeconds(1)) is null)
            {
                SndNxt = SndUna; // go back; a window that stays shut is probed with an octet
                if (SndWnd == 0)
                {
                    SendText(text.Slice(SndUna - first, 1));
                }
            }
        }
        _context.Checks++;
    }
}
