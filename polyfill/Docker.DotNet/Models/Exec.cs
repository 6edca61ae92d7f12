using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class ContainerExecCreateParameters
{
    [JsonPropertyName("TTY")]
    public bool TTY { get; set; }

    public bool AttachStderr { get; set; }

    public bool AttachStdout { get; set; }

    public IList<string> Cmd { get; set; } = default!;
}

public class ContainerExecCreateResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; } = "";
}

public class ContainerExecStartParameters
{
    public bool Detach { get; set; }

    [JsonPropertyName("TTY")]
    public bool TTY { get; set; }
}

public class ContainerExecInspectResponse
{
    public bool Running { get; set; }

    public long? ExitCode { get; set; }
}
