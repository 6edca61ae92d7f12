namespace AutoDeploy.Deployments;

/// <summary>Somebody else works on the deployment now: this process was believed to be gone. Whoever meets it leaves all as it is. Never leaves a grain.</summary>
internal sealed class TakenOverException(Guid deployment) : Exception($"The deployment {deployment} was taken over by another process.");
