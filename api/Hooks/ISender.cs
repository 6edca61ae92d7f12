using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>A sender of pushes with its own payload format. Each has a file.</summary>
public interface ISender
{
    /// <summary>As in the hook's path.</summary>
    string Name { get; }

    /// <summary>A delivery can carry a secret, or be signed with one, so that a hook of this sender may ask for it.</summary>
    bool SendsSecret { get; }

    /// <summary>The secret is only signed with and never sent, so that it may have characters that a header cannot carry.</summary>
    bool SignsOnly { get; }

    /// <summary>For the OpenAPI document: what is read.</summary>
    string Description { get; }

    IReadOnlyList<string> ContentTypes { get; }

    /// <summary>Where the sender puts the id of a delivery; the first that is there counts.</summary>
    string[] DeliveryHeaders => [];

    /// <summary>Whether the delivery is authentic: carries or is signed with the hook's secret. Computed over the raw bytes.</summary>
    bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body);

    /// <summary>The sender has accounts, so that a hook of it may ask for a token of one with each delivery.</summary>
    bool SendsToken => false;

    /// <summary>
    /// Whether what the sender signs with keys that it publishes is right, where it does; they are fetched where they are not known.
    /// </summary>
    /// <param name="json">The body, or the field <c>payload</c> of a form; empty when there is none.</param>
    ValueTask<SenderVerification> VerifyAsync(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> json, SenderKeys keys) =>
        ValueTask.FromResult(SenderVerification.Verified);

    /// <summary>Parses a delivery. Invalid content is reported in the result, never by an exception.</summary>
    /// <param name="json">The body, or the field <c>payload</c> of a form.</param>
    HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received);
}
