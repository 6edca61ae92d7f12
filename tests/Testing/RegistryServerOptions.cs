namespace AutoDeploy.Testing;

public sealed record RegistryServerOptions
{
    /// <summary>Another one whose data it has, too: what is pushed here is there, but that one tells nobody.</summary>
    public RegistryServer? DataOf { get; init; }

    /// <summary>Null: a free one.</summary>
    public int? Port { get; init; }

    public Uri? Notify { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Null: everybody may read and write.</summary>
    public string? Username { get; init; }

    public string? Password { get; init; }
}
