namespace AutoDeploy.Chaos.Tests.Model;

/// <summary>A verdict of a round.</summary>
/// <param name="Delivery">The delivery that it is about.</param>
/// <param name="Action">The uuid of what it led to.</param>
public sealed record VerdictFact(string Delivery, string Digest, string Reason, string? Action);
