namespace AutoDeploy.Api.DockerCloud;

/// <summary>Where things are; with a slash at the end, as Docker Cloud's clients expect.</summary>
public static class ResourceUris
{
    public const string Service = "/api/app/v1/service";
    public const string Container = "/api/app/v1/container";
    public const string Stack = "/api/app/v1/stack";
    public const string Registry = "/api/app/v1/registry";
    public const string GitHost = "/api/app/v1/githost";
    public const string HostAlias = "/api/app/v1/hostalias";
    public const string Organization = "/api/app/v1/organization";
    public const string Hook = "/api/app/v1/hook";
    public const string Notification = "/api/app/v1/notification";
    public const string Volume = "/api/app/v1/volume";
    public const string Action = "/api/audit/v1/action";
    public const string Events = "/api/audit/v1/events";
    public const string Node = "/api/infra/v1/node";
    public const string NodeCluster = "/api/infra/v1/nodecluster";

    public static string For(string resource, Guid uuid) => $"{resource}/{uuid:D}/";

    /// <summary>A delivery is below its hook.</summary>
    public static string ForDelivery(Guid hookId, Guid deliveryId) => $"{For(Hook, hookId)}delivery/{deliveryId:D}/";

    /// <summary>A verdict is below its service.</summary>
    public static string ForVerdict(Guid serviceId, Guid verdictId) => $"{For(Service, serviceId)}verdict/{verdictId:D}/";

    /// <summary>
    /// The uuid out of <c>/api/app/v1/[NAMESPACE/]RESOURCE/UUID/</c>, with or without scheme and host; null if it is none.
    /// </summary>
    public static Guid? ParseUuid(string uri, string resource)
    {
        var parts = uri.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var name = resource[(resource.LastIndexOf('/') + 1)..];
        return parts.Length >= 2 && parts[^2] == name && Guid.TryParseExact(parts[^1], "D", out var uuid) ? uuid : null;
    }
}
