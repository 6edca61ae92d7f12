using System.Globalization;
using AutoDeploy.Api.DockerCloud;
using AutoDeploy.Api.Http;
using AutoDeploy.Ports;
using AutoDeploy.Silo.Telemetry;

namespace AutoDeploy.Api.Access;

/// <summary>Lets through who has the token; hooks and triggers carry their own secret, the probes tell nothing, and the metrics are open where that is set.</summary>
public static class TokenAccess
{
    private static readonly PathString[] Open = ["/hooks", "/healthz", "/readyz"];
    private static readonly object UserKey = new();

    public static void AddTokenAccess(this IServiceCollection services, TextWriter output, string? givenToken)
    {
        services.AddSingleton<FailedAttempts>();
        services.AddSingleton(provider => new AdminToken(
            provider.GetRequiredService<ILedger>(), output, givenToken, provider.GetRequiredService<ILogger<AdminToken>>()));
        services.AddHostedService(provider => provider.GetRequiredService<AdminToken>());
    }

    public static void UseTokenAccess(this WebApplication app)
    {
        var token = app.Services.GetRequiredService<AdminToken>();
        var failed = app.Services.GetRequiredService<FailedAttempts>();
        PathString[] open = MetricsEndpoint.IsPublic(app.Configuration[MetricsEndpoint.Variable]) ? [.. Open, MetricsEndpoint.Path] : Open;
        app.Use(next => context =>
        {
            foreach (var path in open)
                if (context.Request.Path.StartsWithSegments(path))
                    return next(context);
            if (TriggerEndpoints.IsCall(context.Request.Path))
                return next(context);

            var credentials = Credentials.Read(context.Request.Headers.Authorization);
            if (credentials is { } given && token.Is(given.Secret))
            {
                context.Items[UserKey] = given.User;
                return next(context);
            }

            return Refuse(context, credentials is not null, failed);
        });
    }

    /// <summary>The user's name as the client gave it; any will do.</summary>
    public static string UserName(this HttpContext context) => context.Items[UserKey] as string ?? Credentials.Nobody;

    private static Task Refuse(HttpContext context, bool tried, FailedAttempts failed)
    {
        if (tried && failed.Add(context.Connection.RemoteIpAddress) is { } wait)
        {
            var seconds = (int)Math.Max(1, Math.Ceiling(wait.TotalSeconds));
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return context.WriteError(StatusCodes.Status429TooManyRequests,
                $"Too many wrong tokens came from this address; try again in {seconds} seconds.");
        }

        context.Response.Headers.WWWAuthenticate = "Basic realm=\"AutoDeploy\"";
        return context.WriteError(StatusCodes.Status401Unauthorized, tried
            ? "The token is wrong; expected the admin token as the password of Basic, or after Bearer or Token, in `Authorization`."
            : "A token is missing; expected the admin token as the password of Basic, or after Bearer or Token, in `Authorization`.");
    }
}
