using System.Collections.Immutable;

namespace AutoDeploy.Services;

/// <summary>Where the engine writes a container's output.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.LogSettings")]
public sealed record LogSettings([property: Id(0)] string Driver, [property: Id(1)] ImmutableDictionary<string, string> Options);
