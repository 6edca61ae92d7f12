using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <param name="Delivery">With its outcome.</param>
/// <param name="Answer">For the sender, unless it is an error.</param>
/// <param name="Handshake">What the sender wants to hear instead.</param>
public sealed record HandledDelivery(Delivery Delivery, HookAnswer Answer, HandshakeAnswer? Handshake = null);
