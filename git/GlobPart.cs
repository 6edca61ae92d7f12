using System.Text;

namespace AutoDeploy.Git;

/// <summary>A part of a <see cref="GlobPattern"/>.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Ranges">Of <see cref="GlobPartKind.One"/>: the characters that it takes, from and to; null: all but a slash.</param>
/// <param name="IsNegated">It takes those that are not in the ranges.</param>
internal readonly record struct GlobPart(GlobPartKind Kind, (int Low, int High)[]? Ranges = null, bool IsNegated = false)
{
    public static GlobPart Literal(Rune c) => new(GlobPartKind.One, [(c.Value, c.Value)]);

    public bool Takes(Rune c)
    {
        if (Ranges is null)
            return c.Value != '/';
        var isIn = false;
        foreach (var (low, high) in Ranges)
            isIn |= c.Value >= low && c.Value <= high;
        return isIn != IsNegated;
    }
}
