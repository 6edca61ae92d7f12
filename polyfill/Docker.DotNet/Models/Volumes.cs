namespace Docker.DotNet.Models;

public class VolumesListParameters
{
    public IDictionary<string, IDictionary<string, bool>>? Filters { get; set; }
}

public class VolumesListResponse
{
    public IList<VolumeResponse> Volumes { get; set; } = default!;
}

public class VolumeResponse
{
    public string Name { get; set; } = "";

    public IDictionary<string, string> Labels { get; set; } = default!;
}

public class VolumesCreateParameters
{
    public string Name { get; set; } = "";

    public IDictionary<string, string> Labels { get; set; } = default!;
}
