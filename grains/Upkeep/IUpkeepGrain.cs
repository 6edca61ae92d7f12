namespace AutoDeploy.Upkeep;

/// <summary>Does one <see cref="IUpkeep"/>, whose name is the key: on one silo, however many there are.</summary>
[Alias("AutoDeploy.IUpkeepGrain")]
public interface IUpkeepGrain : IGrainWithStringKey
{
    /// <summary>Sees to it that the work goes on; returns at once.</summary>
    [Alias("Keep"), AlwaysInterleave]
    Task Keep();
}
