using AutoDeploy.Api.Access;
using AutoDeploy.Api.Http;
using AutoDeploy.Deployments;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Between HTTP and what service grains take and answer.</summary>
public static class ServiceReplies
{
    public const string ActionHeader = "X-DockerCloud-Action-URI";

    public static readonly QueryParameter ForceParameter = new(
        "force",
        "Also in a freeze, and while a deployment window is closed; false unless given.",
        QueryType.Flag
    );

    /// <summary>A person means it, freeze or not.</summary>
    public static bool IsForced(this HttpContext context) => QueryReader.ReadFlag(context.Request, ForceParameter.Name) ?? false;

    /// <summary>The service as it is then.</summary>
    /// <exception cref="ApiException">It was refused.</exception>
    public static Service ThrowIfRefused(this ServiceReply reply) =>
        reply.Refusal switch
        {
            null => reply.Service!,
            { Kind: RefusalKind.NotFound } refusal => throw new ApiException(StatusCodes.Status404NotFound, refusal.Sentence),
            { Kind: RefusalKind.Invalid } refusal => throw ApiException.BadRequest(refusal.Sentence),
            var refusal => throw ApiException.Conflict(refusal.Sentence, reply.Service?.Status.Format()),
        };

    /// <summary>As <see cref="ThrowIfRefused"/>, and says in a header where to follow what was begun.</summary>
    public static Service AcceptedWithAction(this ServiceReply reply, HttpContext context)
    {
        var service = reply.ThrowIfRefused();
        if (reply.DeploymentId is { } deploymentId)
            context.Response.Headers[ActionHeader] = ResourceUris.For(ResourceUris.Action, deploymentId);
        return service;
    }

    /// <summary>The person who asks, for the record.</summary>
    public static DeploymentCause CreateCause(this HttpContext context)
    {
        var user = context.UserName();
        return new DeploymentCause
        {
            Kind = CauseKind.Person,
            Text = $"asked for by {user}",
            User = user,
            Ip = context.Connection.RemoteIpAddress is { } address
                ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
                : "",
            Method = context.Request.Method,
            Path = context.Request.Path.Value ?? "",
            UserAgent = new string([.. context.Request.Headers.UserAgent.ToString().Where(c => c is >= ' ' and < '\x7f').Take(255)]),
        };
    }

    public static TBuilder AnswersAction<TBuilder>(this TBuilder builder, int status)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ResponseHeaderMetadata(status, ActionHeader, "The resource uri of the action that was begun."));
}
