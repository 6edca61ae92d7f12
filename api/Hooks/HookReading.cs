using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Api.Http;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>What a delivery says: pushes, or why there are none, or what cannot be read of it.</summary>
/// <param name="Note">Authentic, but not (only) pushes that matter.</param>
/// <param name="Error">A sentence for a 400.</param>
/// <param name="Handshake">Not a push but the question whether deliveries are welcome, to be answered with this.</param>
/// <param name="Confirmation">The same question, to be answered by a visit.</param>
/// <param name="ErrorStatus">What is answered where there is an error.</param>
public readonly record struct HookReading(
    IReadOnlyList<Push> Pushes,
    string? Note = null,
    string? Error = null,
    HandshakeAnswer? Handshake = null,
    SubscriptionConfirmation? Confirmation = null,
    int ErrorStatus = StatusCodes.Status400BadRequest
)
{
    public static HookReading Nothing(string note) => new([], note);

    /// <summary>The answer to an event that is no push.</summary>
    public static HookReading OtherEvent(string name) => Nothing($"The event \"{ApiException.Shorten(name)}\" is not a push.");

    public static HookReading Unreadable(string error) => new([], Error: error);
}
