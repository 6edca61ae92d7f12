using System.Text.Json.Nodes;
using AutoDeploy.Chaos.Tests.Model;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>A service of the suite as it is in the world.</summary>
public sealed class ServiceDriver(ServiceRole serviceRole, string uuid, ApiDriver apiDriver, string digest)
{
    private readonly HashSet<string> _seen = [];

    public ServiceRole Part => serviceRole;

    public string Uuid => uuid;

    public string Path => $"/api/app/v1/service/{uuid}/";

    /// <summary>As it stood when the last round had ended well.</summary>
    public ServiceSnapshot Standing { get; set; } = new(digest, digest, serviceRole.Runs);

    public Task<JsonNode> Get() => apiDriver.Get(Path);

    public async Task<string> State() => (string)(await Get())["state"]!;

    /// <summary>Its actions since the last round, oldest first.</summary>
    public async Task<List<JsonNode>> NewActions() =>
        [
            .. (await List($"/api/audit/v1/action/?object={Uri.EscapeDataString(Path)}&limit=100"))
                .Where(action => !_seen.Contains((string)action["uuid"]!))
                .Reverse(),
        ];

    /// <summary>The verdicts of pushes since the last round, oldest first.</summary>
    public async Task<List<JsonNode>> NewVerdicts() =>
        [.. (await List(Path + "verdict/?limit=100")).Where(verdict => !_seen.Contains((string)verdict["uuid"]!)).Reverse()];

    public async Task<string> Log(JsonNode action) => await apiDriver.Text((string)action["resource_uri"]! + "log/");

    /// <summary>What there is now is not new any more.</summary>
    public async Task BeginRound()
    {
        foreach (var one in (await NewActions()).Concat(await NewVerdicts()))
            _seen.Add((string)one["uuid"]!);
    }

    private async Task<IEnumerable<JsonNode>> List(string path) => (await apiDriver.Get(path))["objects"]!.AsArray().Select(one => one!);
}
