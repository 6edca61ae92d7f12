using AutoDeploy.Hosting.Cluster;
using AutoDeploy.Ports;
using Orleans.Storage;

namespace AutoDeploy.Api.Http;

/// <summary>Turns whatever goes wrong into the error form; the outermost of the middleware.</summary>
public static partial class ExceptionHandling
{
    /// <summary>Seconds.</summary>
    private const string LedgerRest = "5";

    public static void UseFailures(this WebApplication app)
    {
        var connection = app.Services.GetService<ClusterConnectionState>();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("AutoDeploy.Api");
        app.Use(next => context => Catch(next, context, connection, logger));
        app.UseStatusCodePages(page => WriteEmptyError(page.HttpContext));
    }

    private static async Task Catch(RequestDelegate next, HttpContext context, ClusterConnectionState? connection, ILogger logger)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // the client has gone; nobody reads an answer
        }
        catch (Exception thrown) when (!context.Response.HasStarted)
        {
            var failure = thrown;
            // before it knows the silos a client says of every grain that there is no such thing
            if (connection is { WasConnected: false } && failure is ArgumentException or InvalidOperationException)
                failure = new NoSiloException(failure);
            var (status, sentence, state) = Describe(failure);
            if (failure is NoSiloException)
                LogNoSilo(logger, context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "?");
            else if (status >= 500)
                LogFailure(logger, context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "?", failure);
            context.Response.Clear();
            if (failure is LedgerException { IsUnavailable: true })
                context.Response.Headers.RetryAfter = LedgerRest;
            // nobody waits for what is still to come of the body
            if (status == StatusCodes.Status408RequestTimeout)
                context.Response.Headers.Connection = "close";
            await context.WriteError(status, sentence, state);
        }
    }

    private static (int Status, string Sentence, string? State) Describe(Exception failure) =>
        failure switch
        {
            ApiException f => (f.Status, f.Message, f.State),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (413, "The body is too large.", null),
            // the server gives up on a body that hardly comes at all, long before we do
            BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => (408, "The body came too slowly.", null),
            BadHttpRequestException bad => (bad.StatusCode, $"The request cannot be read: {bad.Message.TrimEnd('.')}.", null),
            EngineException { Fault: EngineFault.Unreachable } e => (503, e.Message, null),
            LedgerException { IsUnavailable: true } => (
                503,
                "Nothing can be kept at the moment; the server's log says why. Try again later.",
                null
            ),
            // another silo has written it: for a moment there were two who had it
            InconsistentStateException => (503, "This was changed in another place at the same time; try again.", null),
            NoSiloException or OrleansException or TimeoutException => (503, "No silo answers at the moment; try again later.", null),
            _ => (500, "Something went wrong on the server; its log says what.", null),
        };

    /// <summary>The body for statuses that routing and the server set without one.</summary>
    private static Task WriteEmptyError(HttpContext context)
    {
        var request = context.Request;
        var response = context.Response;
        switch (response.StatusCode)
        {
            case StatusCodes.Status404NotFound:
                return context.WriteError(404, PathRules.DescribeNotFound(request.Path));
            case StatusCodes.Status405MethodNotAllowed:
                var allow = response
                    .Headers.Allow.SelectMany(a =>
                        (a ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    )
                    .ToList();
                if (allow.Contains("GET"))
                    allow.Add("HEAD");
                response.Headers.Allow = string.Join(", ", allow);
                return context.WriteError(
                    405,
                    $"{ApiException.Shorten(request.Method)} is not possible here; possible is {string.Join(", ", allow)}."
                );
            case StatusCodes.Status504GatewayTimeout:
                return context.WriteError(504, "This took too long; try again.");
            case var status:
                return context.WriteError(status, "The request cannot be served.");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Route} failed")]
    private static partial void LogFailure(ILogger logger, string method, string route, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Route} failed: no silo can be reached")]
    private static partial void LogNoSilo(ILogger logger, string method, string route);
}
