using AutoDeploy.Deployments;

namespace AutoDeploy.Ports;

/// <summary>What has come of a deployment so far.</summary>
/// <param name="Result">How it ended, in a sentence; empty until then.</param>
public sealed record VerdictOutcome(DeploymentState State, string Result);
