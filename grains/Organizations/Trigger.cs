using AutoDeploy.Deployments;

namespace AutoDeploy.Organizations;

/// <summary>A secret URL that redeploys, or scales up, one service, for senders that cannot be understood.</summary>
public sealed record Trigger
{
    /// <summary>The secret in the URL. Stored hashed (to find it) and encrypted (to show it again).</summary>
    public required Guid Uuid { get; init; }

    public required Guid ServiceId { get; init; }

    /// <summary>For people; may be empty.</summary>
    public string Name { get; init; } = "";

    /// <summary><see cref="Operation.Redeploy"/> or <see cref="Operation.Scale"/> (by one container more).</summary>
    public required Operation Operation { get; init; }

    /// <summary>New containers get the body of the call.</summary>
    public bool PassBody { get; init; }

    public required DateTimeOffset Created { get; init; }

    public override string ToString() => $"trigger of service {ServiceId}";
}
