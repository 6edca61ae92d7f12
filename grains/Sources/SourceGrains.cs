namespace AutoDeploy.Sources;

public static class SourceGrains
{
    /// <summary>Tells the grain of a source, whatever its kind, that there are pushes on record that lack verdicts.</summary>
    public static Task NoticePushes(this IGrainFactory grains, string source) => RepositoryName.IsSource(source)
        ? grains.GetGrain<IRepositoryGrain>(source).Notice()
        : grains.GetGrain<IImageGrain>(source).Notice();
}
