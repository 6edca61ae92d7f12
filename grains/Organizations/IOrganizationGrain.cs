namespace AutoDeploy.Organizations;

/// <summary>One organization; the key is its name.</summary>
[Alias("AutoDeploy.IOrganizationGrain")]
public interface IOrganizationGrain : IGrainWithStringKey
{
    [Alias("Get"), AlwaysInterleave]
    Task<OrganizationSettings> Get();

    /// <summary>Replaces the settings, and has all that is held looked at again.</summary>
    /// <param name="settings">With the revision that they are based on.</param>
    /// <returns>As they are then; null: that revision is not the newest, read again and repeat.</returns>
    [Alias("Configure")]
    Task<OrganizationSettings?> Configure(OrganizationSettings settings);
}
