namespace AutoDeploy.Api.DockerCloud;

/// <summary>What an event tells of a verdict that holds a version.</summary>
/// <param name="Push">The push's uuid.</param>
/// <param name="Reason">In a word.</param>
/// <param name="Detail">In a sentence.</param>
public sealed record HeldResponse(Guid Push, string Reason, string Detail);
