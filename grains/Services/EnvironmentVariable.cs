namespace AutoDeploy.Services;

[GenerateSerializer, Immutable, Alias("AutoDeploy.EnvironmentVariable")]
public sealed record EnvironmentVariable([property: Id(0)] string Key, [property: Id(1)] string Value);
