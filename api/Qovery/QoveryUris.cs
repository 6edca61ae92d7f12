namespace AutoDeploy.Api.Qovery;

/// <summary>Where things are in Qovery's API.</summary>
public static class QoveryUris
{
    public const string Organization = "/organization";
    public const string Application = "/application/{id}";
    public const string Container = "/container/{id}";
}
