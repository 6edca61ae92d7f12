namespace AutoDeploy.Services;

/// <summary>How long the steps of a deployment may take, in seconds; one that takes longer has failed.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.TimeLimits")]
public sealed record StepTimeouts
{
    /// <summary>Pulling the image.</summary>
    [Id(0)]
    public int Pull { get; init; } = 600;

    /// <summary>Building the image, with fetching its sources.</summary>
    [Id(1)]
    public int Build { get; init; } = 1800;

    /// <summary>Until a new container is proven, each, without its start period.</summary>
    [Id(2)]
    public int Prove { get; init; } = 300;

    /// <summary>The whole, from when it begins until all new containers serve.</summary>
    [Id(3)]
    public int Whole { get; init; } = 7200;

    /// <summary>A command before or after, each.</summary>
    [Id(4)]
    public int Command { get; init; } = 600;
}
