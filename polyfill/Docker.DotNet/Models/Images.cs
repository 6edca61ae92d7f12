using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class AuthConfig
{
    [JsonPropertyName("username")]
    public string? Username { get; set; }

    [JsonPropertyName("password")]
    public string? Password { get; set; }

    [JsonPropertyName("serveraddress")]
    public string? ServerAddress { get; set; }
}

public class ImagesCreateParameters
{
    public string? FromImage { get; set; }

    /// <summary>A tag or a digest.</summary>
    public string? Tag { get; set; }
}

public class ImageBuildParameters
{
    public IList<string>? Tags { get; set; }

    /// <summary>Containers of steps that succeeded.</summary>
    public bool? Remove { get; set; }

    /// <summary>Containers of steps that failed, too.</summary>
    public bool? ForceRemove { get; set; }

    public string? Dockerfile { get; set; }

    public IDictionary<string, string>? BuildArgs { get; set; }

    public IDictionary<string, string>? Labels { get; set; }

    public string? Target { get; set; }

    /// <summary>Of the builder: 1 is the classic one.</summary>
    public string? Version { get; set; }
}

public class ImagesListParameters
{
    public bool? All { get; set; }

    public IDictionary<string, IDictionary<string, bool>>? Filters { get; set; }
}

public class ImagesListResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; } = "";

    public IDictionary<string, string> Labels { get; set; } = null!;

    public IList<string> RepoTags { get; set; } = null!;
}

public class ImageTagParameters
{
    public string? RepositoryName { get; set; }

    public string? Tag { get; set; }
}

public class ImageDeleteParameters
{
    public bool? Force { get; set; }
}

public class ImageInspectResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; } = "";

    public IList<string> RepoTags { get; set; } = null!;

    public IList<string> RepoDigests { get; set; } = null!;

    public DateTime? Created { get; set; }

    public DockerOCIImageConfig? Config { get; set; }
}

public class DockerOCIImageConfig
{
    public IDictionary<string, string>? Labels { get; set; }

    public HealthcheckConfig? Healthcheck { get; set; }

    public IList<string>? OnBuild { get; set; }
}

public class HealthcheckConfig
{
    public IList<string>? Test { get; set; }

    public TimeSpan? Interval { get; set; }

    public TimeSpan? Timeout { get; set; }

    public TimeSpan? StartPeriod { get; set; }

    public long? Retries { get; set; }
}

/// <summary>A line of progress.</summary>
public class JSONMessage
{
    [JsonPropertyName("stream")]
    public string? Stream { get; set; }

    [JsonPropertyName("status")]
    public string? Status { get; set; }

    [JsonPropertyName("progressDetail")]
    public JSONProgress? Progress { get; set; }

    [JsonPropertyName("id")]
    public string? ID { get; set; }

    [JsonPropertyName("errorDetail")]
    public JSONError? Error { get; set; }

    [JsonPropertyName("aux")]
    public ObjectExtensionData? Aux { get; set; }
}

/// <summary>An object whose members depend on what it is about.</summary>
public class ObjectExtensionData
{
    [JsonExtensionData]
    public IDictionary<string, object>? ExtensionData { get; set; }
}

public class JSONProgress
{
    [JsonPropertyName("current")]
    public long? Current { get; set; }

    [JsonPropertyName("total")]
    public long? Total { get; set; }
}

public class JSONError
{
    [JsonPropertyName("message")]
    public string? Message { get; set; }
}
