namespace AutoDeploy.Jobs;

/// <summary>Work that goes on all the time, once for all silos together.</summary>
public interface ISingletonJob
{
    /// <summary>What it is called; the key of its grain.</summary>
    string Name { get; }

    /// <summary>Goes on until it is cancelled. When another silo takes it over, it begins anew there.</summary>
    Task Run(CancellationToken cancellationToken);
}
