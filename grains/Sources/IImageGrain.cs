namespace AutoDeploy.Sources;

/// <summary>One image, whatever its tag; the key is <see cref="ImageName.Repository"/>. Fans pushes out to the services that subscribe.</summary>
[Alias("AutoDeploy.IImageGrain")]
public interface IImageGrain : IGrainWithStringKey
{
    /// <summary>There are pushes on record that lack verdicts: sees to it that they get them, in their order; returns at once.</summary>
    [Alias("Notice"), AlwaysInterleave]
    Task Notice();

    /// <summary>
    /// Asks the registry whether there is something new for the services that want it to be asked; what there is becomes a push.
    /// </summary>
    [Alias("Poll")]
    Task Poll();
}
