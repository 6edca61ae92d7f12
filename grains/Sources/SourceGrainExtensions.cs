namespace AutoDeploy.Sources;

public static class SourceGrainExtensions
{
    /// <summary>Tells the grain of a source, whatever its kind, that there are pushes on record that lack verdicts.</summary>
    public static Task WakeSource(this IGrainFactory grains, string source) =>
        RepositoryName.IsSource(source) ? grains.GetGrain<IRepositoryGrain>(source).Wake() : grains.GetGrain<IImageGrain>(source).Wake();
}
