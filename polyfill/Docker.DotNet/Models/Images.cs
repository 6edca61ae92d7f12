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

public class ImageDeleteParameters
{
    public bool? Force { get; set; }
}

public class ImageInspectResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; } = "";

    public DockerOCIImageConfig? Config { get; set; }
}

public class DockerOCIImageConfig
{
    public HealthcheckConfig? Healthcheck { get; set; }
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
    [JsonPropertyName("status")]
    public string? Status { get; set; }

    [JsonPropertyName("id")]
    public string? ID { get; set; }

    [JsonPropertyName("errorDetail")]
    public JSONError? Error { get; set; }
}

public class JSONError
{
    [JsonPropertyName("message")]
    public string? Message { get; set; }
}
