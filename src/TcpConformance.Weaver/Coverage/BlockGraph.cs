using System.Collections;
using Mono.Cecil.Cil;

namespace TcpConformance.Weaver.Coverage;

/// <summary>The basic blocks of a method and how they follow one another: tells which of them need
/// a counter of their own.</summary>
internal sealed class BlockGraph
{
    private readonly Instruction[] _leaders;
    private readonly List<int>[] _next;
    private readonly List<int>[] _previous;
    private readonly bool[] _handler;

    /// <summary>Takes a method apart.</summary>
    /// <param name="body">Its body, without short forms, as it was before anything was woven.
    /// </param>
    /// <param name="leaders">The first instruction of each block, in their order.</param>
    public BlockGraph(MethodBody body, IReadOnlyList<Instruction> leaders)
    {
        _leaders = [.. leaders];
        _next = [.. leaders.Select(_ => new List<int>())];
        _previous = [.. leaders.Select(_ => new List<int>())];
        Dictionary<Instruction, int> block = [];
        int last = -1;
        foreach (Instruction at in body.Instructions)
        {
            last += last + 1 < _leaders.Length && at == _leaders[last + 1] ? 1 : 0;
            block[at] = last;
        }
        foreach (Instruction at in body.Instructions)
        {
            bool ends = at.Next is null || block[at.Next] != block[at];
            foreach (Instruction to in Followers(at, ends))
            {
                Link(block[at], block[to]);
            }
        }
        _handler = new bool[_leaders.Length];
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            _handler[block[handler.HandlerStart]] = true;
            if (handler.FilterStart is not null)
            {
                _handler[block[handler.FilterStart]] = true;
            }
        }
    }

    /// <summary>The blocks that have something to tell. Of a block through which every way to all
    /// its followers leads, the followers tell already; of one where ways meet again, those tell
    /// that meet there, if they lead nowhere else.</summary>
    /// <remarks>As clang's coverage leaves blocks out. Where exceptions are caught, a block may be
    /// left in the middle: there each one counts.</remarks>
    public IEnumerable<Instruction> Telling()
    {
        if (_handler.Contains(true))
        {
            return _leaders;
        }
        BitArray[] before = Dominators(_previous, [0]);
        int[] ends = [.. Enumerable.Range(0, _leaders.Length).Where(b => _next[b].Count == 0)];
        BitArray[] after = Dominators(_next, ends);
        // Of what goes round for ever nothing can be said from behind.
        bool ending = Reached(_previous, ends).All(reached => reached);
        bool[] silent = new bool[_leaders.Length];
        for (int b = 0; b < silent.Length; b++)
        {
            silent[b] = _next[b].Count > 0 && _next[b].All(n => n != b && before[n][b]);
        }
        bool[] implied = new bool[_leaders.Length];
        for (int b = 0; ending && b < silent.Length; b++)
        {
            // What speaks for another block must not be silent itself, or a way through both would
            // show nowhere.
            implied[b] = !silent[b] && _previous[b].Count > 1
                && _previous[b].All(p => p != b && after[p][b] && !silent[p] && !implied[p])
                && !_next[b].Exists(n => implied[n]);
        }
        return _leaders.Where((_, b) => !silent[b] && !implied[b]);
    }

    private static IEnumerable<Instruction> Followers(Instruction at, bool ends)
    {
        if (at.Operand is Instruction one)
        {
            yield return one;
        }
        else if (at.Operand is Instruction[] many)
        {
            foreach (Instruction to in many)
            {
                yield return to;
            }
        }
        bool goesOn = at.OpCode.FlowControl
            is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw);
        if (ends && goesOn && at.Next is not null)
        {
            yield return at.Next;
        }
    }

    private void Link(int from, int to)
    {
        if (!_next[from].Contains(to))
        {
            _next[from].Add(to);
            _previous[to].Add(from);
        }
    }

    private static bool[] Reached(List<int>[] next, int[] roots)
    {
        bool[] reached = new bool[next.Length];
        var open = new Stack<int>(roots);
        while (open.TryPop(out int b))
        {
            if (!reached[b])
            {
                reached[b] = true;
                next[b].ForEach(open.Push);
            }
        }
        return reached;
    }

    // For each block those that stand on every way from a root to it, itself included.
    private static BitArray[] Dominators(List<int>[] previous, int[] roots)
    {
        int blocks = previous.Length;
        BitArray[] all = [.. Enumerable.Range(0, blocks).Select(_ => new BitArray(blocks, true))];
        foreach (int root in roots)
        {
            all[root] = new BitArray(blocks) { [root] = true };
        }
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int b = 0; b < blocks; b++)
            {
                if (roots.Contains(b))
                {
                    continue;
                }
                var meet = new BitArray(blocks, true);
                foreach (int p in previous[b])
                {
                    meet.And(all[p]);
                }
                meet[b] = true;
                changed |= Differ(meet, all[b]);
                all[b] = meet;
            }
        }
        return all;
    }

    private static bool Differ(BitArray a, BitArray b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i])
            {
                return true;
            }
        }
        return false;
    }
}
