namespace AutoDeploy.Deployments;

/// <summary>The names of a service's containers.</summary>
public static class ContainerNames
{
    /// <summary>The slot of a container that runs a command once.</summary>
    public const int CommandSlot = 0;

    private static readonly string[] Commands = ["pre", "post"];

    /// <summary>The name that a slot's container has when no deployment is running.</summary>
    public static string Plain(string service, int slot) => $"{service}-{slot}";

    /// <summary>The name while the container before it is still there.</summary>
    public static string OfDeployment(string service, int slot, Guid deploymentId) =>
        $"{Plain(service, slot)}-{deploymentId.ToString()[..8]}";

    /// <summary>The name of a container in which a command is run once.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="when"><c>pre</c> or <c>post</c>.</param>
    /// <param name="deploymentId">The deployment that runs it.</param>
    public static string OfCommand(string service, string when, Guid deploymentId) => $"{service}-{when}-{deploymentId.ToString()[..8]}";

    /// <summary>Whether a deployment of the service gives this name to a container of this slot.</summary>
    public static bool IsGiven(string name, string service, int slot, Guid deploymentId) =>
        slot == CommandSlot
            ? Commands.Any(when => name == OfCommand(service, when, deploymentId))
            : name == Plain(service, slot) || name == OfDeployment(service, slot, deploymentId);
}
