using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class VersionResponse
{
    public PlatformInfo? Platform { get; set; }

    public string Version { get; set; } = "";

    [JsonPropertyName("ApiVersion")]
    public string APIVersion { get; set; } = "";

    public string? MinAPIVersion { get; set; }
}

public class PlatformInfo
{
    public string Name { get; set; } = "";
}

public class SystemInfoResponse
{
    public string SystemTime { get; set; } = "";
}

public class ContainerEventsParameters
{
    public string? Since { get; set; }

    public IDictionary<string, IDictionary<string, bool>>? Filters { get; set; }
}

/// <summary>An event.</summary>
public class Message
{
    public string Type { get; set; } = "";

    public string Action { get; set; } = "";

    public Actor Actor { get; set; } = default!;

    [JsonPropertyName("time")]
    public long? Time { get; set; }

    [JsonPropertyName("timeNano")]
    public long? TimeNano { get; set; }
}

public class Actor
{
    [JsonPropertyName("ID")]
    public string ID { get; set; } = "";

    public IDictionary<string, string> Attributes { get; set; } = default!;
}
