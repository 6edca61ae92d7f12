using AutoDeploy.Engines;
using AutoDeploy.Services;

namespace AutoDeploy.Ports;

public sealed record ServiceRow(Guid Uuid, string Organization, string Name, ServiceStatus State, DateTimeOffset Created)
{
    /// <summary>The name of the engine that it is on.</summary>
    public string Engine { get; init; } = EngineNames.Local;
}
