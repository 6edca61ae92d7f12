using System.Collections.Immutable;
using System.Text;

namespace AutoDeploy.Git;

/// <summary>
/// A path with wildcards, matched without going back: whatever is written in it, a match costs at most its length times the path's, and no
/// memory but a flag for each of its parts.
/// </summary>
internal sealed class GlobPattern(ImmutableArray<GlobPart> parts)
{
    /// <param name="path">The whole path has to match.</param>
    /// <param name="work">So many parts were tried; added to what is there.</param>
    public bool Matches(ReadOnlySpan<char> path, ref long work)
    {
        // which parts the text so far can have led to; the last place is the end
        var (now, next) = (new Places(parts.Length + 1), new Places(parts.Length + 1));
        Reach(now, 0);
        while (!path.IsEmpty)
        {
            Rune.DecodeFromUtf16(path, out var c, out var width);
            path = path[width..];
            next.Clear();
            foreach (var at in now.All)
                if (at < parts.Length)
                    Step(at, c, next);
            work += now.All.Length;
            if (next.All.IsEmpty)
                return false;
            (now, next) = (next, now);
        }

        return now.Has(parts.Length);
    }

    private void Step(int at, Rune c, Places next)
    {
        var part = parts[at];
        switch (part.Kind)
        {
            case GlobPartKind.One when part.Takes(c):
                Reach(next, at + 1);
                break;
            case GlobPartKind.AnyInName when c.Value != '/':
            case GlobPartKind.Anything:
                Reach(next, at);
                break;
            case GlobPartKind.Directories:
                Reach(next, at);
                if (c.Value == '/')
                    Reach(next, at + 1);
                break;
            default:
                break;
        }
    }

    /// <summary>What may stand for nothing leads on at once.</summary>
    private void Reach(Places places, int at)
    {
        for (; places.Add(at) && at < parts.Length; at++)
            switch (parts[at].Kind)
            {
                case GlobPartKind.MaybeDirectories:
                    places.Add(at + 1);
                    at++;
                    break;
                case GlobPartKind.AnyInName or GlobPartKind.Anything:
                    break;
                default:
                    return;
            }
    }

    /// <summary>A set that is cleared and gone through at the cost of what is in it.</summary>
    private sealed class Places(int count)
    {
        private readonly bool[] _has = new bool[count];
        private readonly int[] _all = new int[count];
        private int _count;

        public ReadOnlySpan<int> All => _all.AsSpan(0, _count);

        public bool Has(int place) => _has[place];

        public bool Add(int place)
        {
            if (_has[place])
                return false;
            _has[place] = true;
            _all[_count++] = place;
            return true;
        }

        public void Clear()
        {
            foreach (var place in All)
                _has[place] = false;
            _count = 0;
        }
    }
}
