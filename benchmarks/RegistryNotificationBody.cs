using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks;

/// <summary>What a registry tells of a push.</summary>
internal static class RegistryNotificationBody
{
    /// <summary>Each time another delivery.</summary>
    public static JsonObject Of(string host, string repository, string tag, string digest) =>
        new()
        {
            ["events"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = Guid.NewGuid().ToString(),
                    ["action"] = "push",
                    ["target"] = new JsonObject
                    {
                        ["mediaType"] = RegistryUpload.ManifestType,
                        ["digest"] = digest,
                        ["repository"] = repository,
                        ["tag"] = tag,
                    },
                    ["request"] = new JsonObject { ["host"] = host },
                }
            ),
        };
}
