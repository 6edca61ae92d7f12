using AutoDeploy.Api.Access;
using AutoDeploy.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Where the SDK tries its token.</summary>
public static class LoginEndpoints
{
    public static void MapLogin(this IEndpointRouteBuilder app) =>
        app.MapGet("/auth", Get).WithTags("auth").WithSummary("Find out whether a token is right").WithErrors();

    private static Ok<UserResponse> Get(HttpContext context) => TypedResults.Ok(new UserResponse(context.UserName()));
}
