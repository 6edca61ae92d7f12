namespace AutoDeploy.Testing;

public sealed record PostgresServerOptions
{
    /// <summary>Off is quicker, and what was committed may be gone when the machine (not the server) fails.</summary>
    public bool Fsync { get; init; } = true;

    public int MaxConnections { get; init; } = 100;
}
