namespace AutoDeploy.Jobs;

/// <summary>Does one <see cref="ISingletonJob"/>, whose name is the key: on one silo, however many there are.</summary>
[Alias("AutoDeploy.IUpkeepGrain")]
public interface ISingletonJobGrain : IGrainWithStringKey
{
    /// <summary>Sees to it that the work goes on; returns at once.</summary>
    [Alias("Keep"), AlwaysInterleave]
    Task Ensure();
}
