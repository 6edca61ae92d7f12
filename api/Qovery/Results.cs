namespace AutoDeploy.Api.Qovery;

/// <summary>How Qovery's API answers lists.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1724", Justification = "Qovery's name.")]
public sealed record Results<T>([property: System.Text.Json.Serialization.JsonPropertyName("results")] IReadOnlyList<T> Items);
