using System.Text.Json.Serialization;

namespace AutoDeploy.Services;

/// <param name="ServiceId">The service linked to.</param>
/// <param name="Name">Its name in this service's containers.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ServiceLink")]
public sealed record ServiceLink([property: Id(0), JsonPropertyName("Service")] Guid ServiceId, [property: Id(1)] string Name);
