using AutoDeploy.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>There are no stacks; clients ask for them before they list services.</summary>
public static class StackEndpoints
{
    public static void MapStacks(this IEndpointRouteBuilder app) => app.MapGroup(Uris.Stack).WithTags("stack")
        .MapGet("/", List).WithSummary("List stacks: there are none").Takes(Paging.Parameters).Fails(400);

    private static Ok<Listing<StackObject>> List(HttpRequest request) => TypedResults.Ok(Listing<StackObject>.Empty(request));
}

public sealed record StackObject(Guid Uuid, string ResourceUri, string Name, string State);
