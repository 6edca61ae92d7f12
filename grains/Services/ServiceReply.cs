using System.Text.Json.Serialization;

namespace AutoDeploy.Services;

/// <summary>The answer to something asked of a service: the service as it is then, or why not.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ServiceReply")]
public sealed record ServiceReply
{
    [Id(0)]
    public Service? Service { get; init; }

    /// <summary>What was begun.</summary>
    [Id(1), JsonPropertyName("Deployment")]
    public Guid? DeploymentId { get; init; }

    /// <summary>Null when it was done.</summary>
    [Id(2)]
    public Refusal? Refusal { get; init; }

    public static ServiceReply Refuse(RefusalKind kind, string sentence, Service? service = null) =>
        new() { Refusal = new Refusal(kind, sentence), Service = service };
}
