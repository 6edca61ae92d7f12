namespace AutoDeploy.Sources;

/// <summary>One git repository, whatever its branch; the key is <see cref="RepositoryName.Source"/>. Fans pushes out to the services that subscribe.</summary>
[Alias("AutoDeploy.IRepositoryGrain")]
public interface IRepositoryGrain : IGrainWithStringKey
{
    /// <summary>There are pushes on record that lack verdicts: sees to it that they get them, in their order; returns at once.</summary>
    [Alias("Notice"), AlwaysInterleave]
    Task Notice();
}
