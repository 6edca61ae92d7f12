namespace AutoDeploy.Api.Http;

/// <summary>A page of a list, as Docker Cloud's lists answer.</summary>
public sealed record Listing<T>(ListMeta Meta, IReadOnlyList<T> Objects)
{
    public static Listing<T> Empty(HttpRequest request) => Paging.Read(request).Listing<T>(request, 0, []);
}
