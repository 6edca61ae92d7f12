using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>What runs: an image pinned by digest, with the tag that it came from.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ServiceVersion")]
public sealed record ServiceVersion
{
    [Id(0)] public required ImageName Image { get; init; }

    /// <summary>Null while nobody has asked the registry.</summary>
    [Id(1)] public string? Digest { get; init; }

    /// <summary>When it was proven (for a current version) or heard of (for an available one).</summary>
    [Id(2)] public DateTimeOffset? Time { get; init; }

    /// <summary>For people: <c>acme/api:1.2 (3f5c0e…)</c>.</summary>
    public override string ToString() => Digest is null ? Image.Familiar() : $"{Image.Familiar()} ({ShortDigest(Digest)})";

    /// <summary>The first twelve hexadecimal digits, as docker shows ids.</summary>
    public static string ShortDigest(string digest)
    {
        var hex = digest[(digest.IndexOf(':') + 1)..];
        return hex.Length > 12 ? hex[..12] : hex;
    }
}
