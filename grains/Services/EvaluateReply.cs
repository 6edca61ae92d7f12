using System.Text.Json.Serialization;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>The answer to a push. With neither member set, it does not concern the service.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.OfferReply")]
public sealed record EvaluateReply
{
    /// <summary>It does not concern the service.</summary>
    public static readonly EvaluateReply NotConcerned = new();

    [Id(0)]
    public Verdict? Verdict { get; init; }

    /// <summary>What has to be read before the push can be judged.</summary>
    [Id(1), JsonPropertyName("Unread")]
    public GitSource? UnreadSource { get; init; }
}
