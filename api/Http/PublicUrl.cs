namespace AutoDeploy.Api.Http;

/// <summary>How others reach this server: as it was set, or else as the request itself did.</summary>
public sealed class PublicUrl(string? set)
{
    public string For(HttpRequest request) => set ?? As(request);

    /// <summary>How the request reached it.</summary>
    public static string As(HttpRequest request) =>
        $"{request.Scheme}://{(request.Host.HasValue ? request.Host.ToUriComponent() : "localhost")}";
}
