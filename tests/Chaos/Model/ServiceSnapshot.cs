namespace AutoDeploy.Chaos.Tests.Model;

/// <summary>How a service stands when nothing goes on.</summary>
/// <param name="Digest">Of its current version.</param>
/// <param name="Tag">What its tag means at the registry.</param>
public sealed record ServiceSnapshot(string Digest, string Tag, bool Runs);
