using AutoDeploy.Organizations;

namespace AutoDeploy.Ports;

/// <param name="Content">Null when it has been trimmed away.</param>
public sealed record StoredDelivery(Delivery Delivery, DeliveryContent? Content);
