namespace AutoDeploy.Statuses;

/// <summary>Tells one git host what becomes of its commits; keyed by the git host's uuid.</summary>
[Alias("AutoDeploy.IStatusGrain")]
public interface IStatusGrain : IGrainWithStringKey
{
    /// <summary>There may be something to tell, or the git host was changed.</summary>
    [Alias("Notice")]
    Task Wake();
}
