using System.Globalization;
using System.Text;
using AutoDeploy.Api.Http;
using AutoDeploy.Deployments;
using AutoDeploy.Ports;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>An action's log as text, a line for each thing that happened; on wish until the action's end.</summary>
public static class ActionLog
{
    private const int PageSize = 500;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    public static void MapActionLog(this IEndpointRouteBuilder actions) =>
        actions
            .MapGet("/{uuid}/log", Get)
            .WithSummary("Get an action's log as text")
            .WithInput(new QueryParameter("follow", "Go on until the action's end; false unless given.", QueryType.Flag))
            .Produces<string>(200, "text/plain")
            .WithErrors(400, 404)
            .DisableRequestTimeout();

    private static async Task Get(string uuid, HttpContext context, ILedger ledger, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var cancellationToken = either.Token;
        var follow = (QueryReader.ReadFlag(context.Request, "follow") ?? false) && !context.IsHead();
        var deployment = await ActionEndpoints.Find(ledger, uuid, cancellationToken);

        var response = context.Response;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        // a proxy in between shall not hold lines back
        response.Headers["X-Accel-Buffering"] = "no";
        await response.StartAsync(cancellationToken);
        try
        {
            await Write(response, deployment, follow, ledger, time, cancellationToken);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // the rest is there after the next start
        }
    }

    private static async Task Write(
        HttpResponse response,
        Deployment deployment,
        bool follow,
        ILedger ledger,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var last = -1L;
        while (true)
        {
            // first whether it has ended, then its lines: what is said at the end is not missed
            var ended = deployment.HasEnded || !follow;
            while (await ledger.ReadLog(deployment.Uuid, last, PageSize, cancellationToken) is { Count: > 0 } lines)
            {
                var text = new StringBuilder();
                foreach (var line in lines)
                    text.Append(line.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
                        .Append(' ')
                        .Append(line.Text)
                        .Append('\n');
                last = lines[^1].Number;
                await response.WriteAsync(text.ToString(), cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }

            if (ended)
                return;
            await Task.Delay(PollInterval, time, cancellationToken);
            if (await ledger.FindDeployment(deployment.Uuid, cancellationToken) is not { } now)
                return;
            deployment = now;
        }
    }
}
