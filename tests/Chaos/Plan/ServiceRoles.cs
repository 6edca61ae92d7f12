namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>The services that the suite plays with.</summary>
public static class ServiceRoles
{
    public static readonly IReadOnlyList<ServiceRole> Parts =
    [
        new("web", "shop"),
        new("halted", "shop") { Runs = false },
        new("manual", "shop") { Autoredeploy = false },
        new("trio", "trio") { Containers = 3, Checked = true },
        new("gate", "gate") { StopFirst = true },
    ];

    /// <summary>The more often one is named, the more is pushed to it.</summary>
    public static readonly IReadOnlyList<string> Repositories = ["shop", "shop", "trio", "gate"];
}
