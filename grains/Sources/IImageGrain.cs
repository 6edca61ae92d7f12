namespace AutoDeploy.Sources;

/// <summary>
/// One image, whatever its tag; the key is <see cref="ImageName.Repository"/>. Fans pushes out to the services that subscribe.
/// </summary>
[Alias("AutoDeploy.IImageGrain")]
public interface IImageGrain : IGrainWithStringKey
{
    /// <summary>There are pushes on record that lack verdicts: sees to it that they get them, in their order; returns at once.</summary>
    [Alias("Notice"), AlwaysInterleave]
    Task Wake();

    /// <summary>
    /// Asks the registry whether there is something new for the services that want it to be asked; what there is becomes a push.
    /// One look at a time: while one goes on (a long list, a slow registry), nothing is done.
    /// </summary>
    [Alias("Poll"), AlwaysInterleave]
    Task Poll(CancellationToken cancellationToken = default);
}
