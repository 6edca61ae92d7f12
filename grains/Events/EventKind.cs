namespace AutoDeploy.Events;

/// <summary>What an event tells of.</summary>
[GenerateSerializer, Alias("AutoDeploy.EventKind")]
public enum EventKind
{
    /// <summary>Created, another state, other settings, forgotten.</summary>
    Service,

    /// <summary>Added, another state or step, known what it goes for.</summary>
    Deployment,

    Container,

    /// <summary>Every service that it concerns has its verdict.</summary>
    Push,

    /// <summary>One that holds a version; what is deployed is told by its deployment, what is skipped is not told.</summary>
    Verdict,
}
