using System.Text.Json;

namespace AutoDeploy.Testing;

/// <summary>Deliveries as senders really send them.</summary>
public static class RegistrySamples
{
    public const string RegistryType = "application/vnd.docker.distribution.events.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.docker.distribution.manifest.v2+json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string DockerHub(string repository, string tag, string pushedAt = "1760000000") =>
        $$"""
            {"callback_url":"https://registry.hub.docker.com/u/acme/api/hook/2f5k0/","push_data":{"pushed_at":{{pushedAt}},"pusher":"ida",
              "tag":"{{tag}}","images":[] },
             "repository":{"repo_name":"{{repository}}","name":"api","namespace":"acme","owner":"acme",
               "repo_url":"https://hub.docker.com/r/acme/api","is_private":true,"is_official":false,
             "status":"Active","date_created":1600000000,"description":"","star_count":0,"comment_count":0} }
            """;

    /// <summary>What registry 2.8 sends, pretty-printed as it does.</summary>
    public static string Registry(params string[] events) =>
        JsonSerializer.Serialize(new { events = events.Select(e => JsonDocument.Parse(e).RootElement) }, Indented);

    public static string Event(
        string id,
        string repository,
        string? tag,
        string action = "push",
        string? mediaType = Index,
        string? host = "reg.acme.test:5000",
        string? digest = Digest
    ) =>
        JsonSerializer.Serialize(
            new
            {
                id,
                timestamp = "2025-10-09T08:53:20.123456789Z",
                action,
                target = Members(
                    ("mediaType", mediaType),
                    ("size", 708),
                    ("digest", digest),
                    ("length", 708),
                    ("repository", repository),
                    ("url", $"http://reg.acme.test:5000/v2/{repository}/manifests/{digest}"),
                    ("tag", tag)
                ),
                request = Members(
                    ("id", "1d4ee404-a875-4378-ba91-d4968a1338b8"),
                    ("addr", "10.0.0.8:51780"),
                    ("host", host),
                    ("method", "PUT"),
                    ("useragent", "docker/24.0.7")
                ),
                actor = new { name = "ci" },
                source = new { addr = "reg-1:5000", instanceID = "c3c790e4-e96b-44f3-9828-d35ef8878498" },
            }
        );

    public const string Digest = "sha256:46d51cd8b5e020f296c7e0205915e1ccfac501316f0914a205218d58f2eaab28";

    private static Dictionary<string, object> Members(params (string Name, object? Value)[] members) =>
        members.Where(m => m.Value is not null).ToDictionary(m => m.Name, m => m.Value!);
}
