namespace AutoDeploy.Engines;

/// <summary>What an engine says of itself; without a name it does not answer.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.EngineReport")]
public sealed record EngineReport
{
    public static readonly EngineReport Silent = new();

    [Id(0)]
    public string? Name { get; init; }

    [Id(1)]
    public string? Version { get; init; }

    public bool Answers => Name is not null;
}
