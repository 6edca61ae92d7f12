using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>An image to be built, in the engine's terms.</summary>
public sealed record BuildSpec
{
    /// <summary>The name that it gets, with a tag; null: none, until <see cref="IImageBuilder.Tag"/> gives it some.</summary>
    public ImageName? Name { get; init; }

    /// <summary>What two equal builds have in common; written as the label <c>autodeploy.build</c>, for people.</summary>
    public required string Key { get; init; }

    /// <summary>The Dockerfile's name in the context.</summary>
    public required string Dockerfile { get; init; }

    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>The stage to build; empty: the last.</summary>
    public string Target { get; init; } = "";

    /// <summary>Beside our own.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>For the images that the Dockerfile begins with.</summary>
    public IReadOnlyList<RegistryCredential> Credentials { get; init; } = [];
}
