using System.Net;
using AutoDeploy.Api.Http;
using Microsoft.AspNetCore.Authorization;

namespace AutoDeploy.Api.Access;

/// <summary>
/// Where --url says under which name we are reached, requests under another name are refused: that can be a stranger's name that has been
/// made to
/// lead here (DNS rebinding). No name is needed for addresses and this machine itself. Endpoints that anybody may call are left alone:
/// senders in the
/// same network have names of their own for us, and probes have none.
/// </summary>
public static class HostGuard
{
    public static void UseHostGuard(this WebApplication app, string? url)
    {
        if (url is null)
            return;
        var name = new Uri(url).Host;
        app.Use(next =>
            context =>
                IsAccepted(context.Request.Host, name) || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null
                    ? next(context)
                    : context.WriteError(
                        StatusCodes.Status400BadRequest,
                        $"`Host` is \"{ApiException.Shorten(context.Request.Host.Value ?? "")}\"; expected \"{name}\", as --url "
                            + "says, or an address."
                    )
        );
    }

    /// <param name="host">As sent, perhaps with a port.</param>
    /// <param name="name">In --url.</param>
    public static bool IsAccepted(HostString host, string name)
    {
        var given = host.Host.Trim('[', ']');
        return given.Equals(name.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
            || given.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(given, out _);
    }
}
