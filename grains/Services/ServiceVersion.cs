using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>What runs: an image pinned by digest, with the tag or the commit that it came from.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ServiceVersion")]
public sealed record ServiceVersion
{
    [Id(0)]
    public required ImageName Image { get; init; }

    /// <summary>Null while nobody has asked the registry. Of a built image: its id.</summary>
    [Id(1)]
    public string? Digest { get; init; }

    /// <summary>When it was proven (for a current version) or heard of (for an available one).</summary>
    [Id(2)]
    public DateTimeOffset? Time { get; init; }

    /// <summary>The commit that the image was built from; null for an image that was pulled.</summary>
    [Id(3)]
    public string? Commit { get; init; }

    /// <summary>
    /// Which set of volumes its containers had, see <see cref="Volumes.VolumeGenerations"/>; null: that was not noted yet.
    /// </summary>
    [Id(4)]
    public int? VolumeGeneration { get; init; }

    /// <summary>What the engine knows the image by: <c>host/path@digest</c>, or the id of one that was built here.</summary>
    public string Reference => Commit is null ? $"{Image.Repository}@{Digest}" : Digest!;

    /// <summary>For people: <c>acme/api:1.2 (3f5c0e…)</c>, <c>autodeploy/shop:9ab8c7d6e5f4</c>.</summary>
    public override string ToString() =>
        Digest is null || Commit is not null ? Image.ToFamiliarString() : $"{Image.ToFamiliarString()} ({ShortenDigest(Digest)})";

    /// <summary>The first twelve hexadecimal digits, as docker shows ids.</summary>
    public static string ShortenDigest(string digest)
    {
        var hex = digest[(digest.IndexOf(':') + 1)..];
        return hex.Length > 12 ? hex[..12] : hex;
    }
}
