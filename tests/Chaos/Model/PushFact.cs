namespace AutoDeploy.Chaos.Tests.Model;

/// <summary>A push, in the order in which the registry's tag was moved.</summary>
/// <param name="Good">It can be proven.</param>
public sealed record PushFact(string Digest, bool Good);
