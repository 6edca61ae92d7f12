namespace AutoDeploy.Organizations;

/// <summary>Whom services, hooks and registries belong to. A fresh installation has one.</summary>
public static class OrganizationNames
{
    public const string Default = "default";
}
