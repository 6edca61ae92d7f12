namespace AutoDeploy.Deployments;

/// <param name="Decision">For all deployments of the group.</param>
/// <param name="Reason">Why to go back, in a sentence.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.GroupReply")]
public sealed record DeployGroupReply([property: Id(0)] DeployGroupDecision Decision, [property: Id(1)] string Reason);
