namespace AutoDeploy.Ports;

/// <summary>What was built on which engine. An image's own labels are no proof: anybody's Dockerfile can write them.</summary>
public interface IBuildLedger
{
    /// <summary>The id of the image that was built with this key last, or null.</summary>
    Task<string?> FindBuild(string engine, string key, CancellationToken cancellationToken);

    /// <summary>Records the image that a build made; it takes the place of an earlier one with the same key.</summary>
    Task RecordBuild(string engine, string key, string imageId, CancellationToken cancellationToken);

    /// <summary>Forgets an image that was removed from the engine.</summary>
    Task ForgetBuild(string engine, string imageId, CancellationToken cancellationToken);
}
