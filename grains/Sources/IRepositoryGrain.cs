using System.Collections.Immutable;

namespace AutoDeploy.Sources;

/// <summary>
/// One git repository, whatever its branch; the key is <see cref="RepositoryName.Source"/>. Fans pushes out to the services that subscribe.
/// </summary>
[Alias("AutoDeploy.IRepositoryGrain")]
public interface IRepositoryGrain : IGrainWithStringKey
{
    /// <summary>There are pushes on record that lack verdicts: sees to it that they get them, in their order; returns at once.</summary>
    [Alias("Notice"), AlwaysInterleave]
    Task Wake();

    /// <summary>
    /// Of these beginnings of paths those with which no file of the branch begins as it is now. None when that cannot be found out soon.
    /// </summary>
    [Alias("FindUncovered"), AlwaysInterleave]
    Task<ImmutableArray<string>> FindUncovered(string organization, GitSource source, ImmutableArray<string> values);
}
