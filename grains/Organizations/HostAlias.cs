namespace AutoDeploy.Organizations;

/// <summary>Another name of a host of images or git repositories: what is told under one of the two concerns who uses the other.</summary>
public sealed record HostAlias
{
    public required Guid Uuid { get; init; }

    public required string Organization { get; init; }

    /// <summary>As in the keys of sources: lower-case, with its port.</summary>
    public required string Alias { get; init; }

    /// <summary>May be an alias itself.</summary>
    public required string Host { get; init; }

    public required DateTimeOffset Created { get; init; }

    public override string ToString() => $"{Alias} = {Host}";
}
