using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>Where images are kept: answers what a tag means now.</summary>
public interface IRegistry
{
    /// <summary>So many tags of an image are listed.</summary>
    const int MostTags = 10_000;

    /// <summary>The digest of the manifest or index that the image's tag names now.</summary>
    /// <exception cref="RegistryException">The registry refused or did not answer.</exception>
    Task<string> Resolve(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken);

    /// <summary>The tags that the image has.</summary>
    /// <exception cref="RegistryException">The registry refused or did not answer.</exception>
    Task<ImageTags> Tags(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken);

    /// <summary>A host has had enough for now, or grants us so few more requests that they are for what cannot wait: what can is not to be asked of it.</summary>
    bool WantsRest(string host);
}

/// <summary>Name and password for one registry host. <see cref="ToString"/> hides the password.</summary>
/// <param name="Host">As in a canonical image name: <c>docker.io</c>, <c>registry.acme.com:5000</c>.</param>
/// <param name="TokenHost">A host beside the registry's own, with or without a port, whose token server may see them; null: none.</param>
public sealed record RegistryCredential(string Host, string Username, string Password, string? TokenHost = null)
{
    public override string ToString() => $"{Username}@{Host}";
}

[GenerateSerializer, Alias("AutoDeploy.RegistryFault")]
public enum RegistryFault
{
    Unreachable,
    NotFound,
    Unauthorized,
    TooManyRequests,
    Refused,
}

/// <summary>The registry refused or did not answer; the message is one sentence for a person.</summary>
[GenerateSerializer, Alias("AutoDeploy.RegistryException")]
public sealed class RegistryException(RegistryFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    [Id(0)] public RegistryFault Fault { get; private init; } = fault;
}
