using AutoDeploy.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>There are no stacks; clients ask for them before they list services.</summary>
public static class StackEndpoints
{
    public static void MapStacks(this IEndpointRouteBuilder app) =>
        app.MapGroup(ResourceUris.Stack)
            .WithTags("stack")
            .MapGet("/", List)
            .WithSummary("List stacks: there are none")
            .WithInput(Paging.Parameters)
            .WithErrors(400);

    private static Ok<Listing<StackResponse>> List(HttpRequest request) => TypedResults.Ok(Listing<StackResponse>.Empty(request));
}
