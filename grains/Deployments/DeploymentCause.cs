using System.Text.Json.Serialization;

namespace AutoDeploy.Deployments;

/// <summary>Why a deployment was begun, and by whom.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Cause")]
public sealed record DeploymentCause
{
    [Id(0)]
    public required CauseKind Kind { get; init; }

    /// <summary>The push, when it was one.</summary>
    [Id(1), JsonPropertyName("Push")]
    public Guid? PushId { get; init; }

    /// <summary>In a sentence's words: <c>push of acme/api:latest by ida</c>, <c>asked for by admin</c>.</summary>
    [Id(2)]
    public string Text { get; init; } = "";

    [Id(3)]
    public string User { get; init; } = "";

    [Id(4)]
    public string Ip { get; init; } = "";

    [Id(5)]
    public string Method { get; init; } = "";

    [Id(6)]
    public string Path { get; init; } = "";

    [Id(7)]
    public string UserAgent { get; init; } = "";
}
