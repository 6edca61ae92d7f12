using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>Where images are kept: answers what a tag means now.</summary>
public interface IRegistry
{
    /// <summary>The digest of the manifest or index that the image's tag names now.</summary>
    /// <exception cref="RegistryException">The registry refused or did not answer.</exception>
    Task<string> Resolve(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken);

    /// <summary>All tags that the image has, in no order that means anything; at most 10,000 of them.</summary>
    /// <exception cref="RegistryException">The registry refused or did not answer.</exception>
    Task<IReadOnlyList<string>> Tags(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken);

    /// <summary>A host has had enough for now: what can wait is not to be asked of it.</summary>
    bool WantsRest(string host);
}

/// <summary>Name and password for one registry host. <see cref="ToString"/> hides the password.</summary>
/// <param name="Host">As in a canonical image name: <c>docker.io</c>, <c>registry.acme.com:5000</c>.</param>
public sealed record RegistryCredential(string Host, string Username, string Password)
{
    public override string ToString() => $"{Username}@{Host}";
}

public enum RegistryFault
{
    Unreachable,
    NotFound,
    Unauthorized,
    TooManyRequests,
    Refused,
}

/// <summary>The registry refused or did not answer; the message is one sentence for a person.</summary>
public sealed class RegistryException(RegistryFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public RegistryFault Fault { get; } = fault;
}
