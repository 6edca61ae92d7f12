using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>Where images are kept: answers what a tag means now.</summary>
public interface IRegistry
{
    /// <summary>So many tags of an image are listed.</summary>
    const int MaxTags = 10_000;

    /// <summary>The digest of the manifest or index that the image's tag names now.</summary>
    /// <exception cref="RegistryException">The registry refused or did not answer.</exception>
    Task<string> Resolve(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken);

    /// <summary>The tags that the image has.</summary>
    /// <exception cref="RegistryException">The registry refused or did not answer.</exception>
    Task<ImageTags> ListTags(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken);

    /// <summary>Whether the digest is signed with cosign, for this repository, by one of the keys.</summary>
    /// <param name="image">With its digest.</param>
    /// <param name="keys">Public keys in PEM.</param>
    /// <exception cref="RegistryException">The registry refused or did not answer.</exception>
    Task<SignatureCheck> CheckSignature(
        ImageName image,
        IReadOnlyList<string> keys,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// A host has had enough for now, or grants us so few more requests that they are for what cannot wait: what can is not to be asked of
    /// it.
    /// </summary>
    bool IsRateLimited(string host);
}
