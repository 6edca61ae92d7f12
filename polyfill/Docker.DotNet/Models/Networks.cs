using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class NetworkingConfig
{
    public IDictionary<string, EndpointSettings> EndpointsConfig { get; set; } = default!;
}

/// <summary>A container's place on a network.</summary>
public class EndpointSettings
{
    public EndpointIPAMConfig? IPAMConfig { get; set; }

    public IList<string> Links { get; set; } = default!;

    public IList<string> Aliases { get; set; } = default!;

    public string IPAddress { get; set; } = "";

    public string MacAddress { get; set; } = "";
}

public class EndpointIPAMConfig
{
    public string IPv4Address { get; set; } = "";
}

public class NetworksListParameters
{
    public IDictionary<string, IDictionary<string, bool>>? Filters { get; set; }
}

public class NetworkResponse
{
    public string Name { get; set; } = "";

    [JsonPropertyName("Id")]
    public string ID { get; set; } = "";

    public DateTime Created { get; set; }

    [JsonPropertyName("IPAM")]
    public IPAM IPAM { get; set; } = default!;

    public IDictionary<string, string> Labels { get; set; } = default!;
}

public class IPAM
{
    public string Driver { get; set; } = "";

    public IList<IPAMConfig> Config { get; set; } = default!;
}

public class IPAMConfig
{
    public string Subnet { get; set; } = "";

    public string IPRange { get; set; } = "";

    public string Gateway { get; set; } = "";
}

public class NetworksCreateParameters
{
    public string Name { get; set; } = "";

    public string Driver { get; set; } = "";

    public IPAM? IPAM { get; set; }

    public IDictionary<string, string> Labels { get; set; } = default!;
}

public class NetworksCreateResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; } = "";
}

public class NetworkConnectParameters
{
    public string Container { get; set; } = "";

    public EndpointSettings? EndpointConfig { get; set; }
}

public class NetworkDisconnectParameters
{
    public string Container { get; set; } = "";

    public bool Force { get; set; }
}
