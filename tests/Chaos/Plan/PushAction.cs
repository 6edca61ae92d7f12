using System.Collections.Immutable;

namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>Images that are pushed to one repository, one after the other, and told of.</summary>
/// <param name="Gap">Milliseconds between two.</param>
/// <param name="Copies">So often each delivery comes, at the same time.</param>
/// <param name="Reversed">They are told of in the reverse order, when all are there.</param>
public sealed record PushAction(string Repository, ImmutableArray<ImageQuality> Images, int Gap, int Copies, bool Reversed) : ChaosAction
{
    public override string Words =>
        $"push {Repository} {string.Join('+', Images.Select(image => image.ToString().ToLowerInvariant()))}"
        + (Images.Length > 1 ? $" {Gap}ms apart" : "")
        + (Copies > 1 ? $" x{Copies}" : "")
        + (Reversed ? " reversed" : "");
}
