using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Sources;

/// <summary>Works off the pushes of one image on a timer of its own, oldest first, in bounded batches, and remembers how far it came.</summary>
public sealed partial class ImageGrain(ILedger ledger, IRegistry registry, IHostApplicationLifetime host, ILogger<ImageGrain> logger) : Grain, IImageGrain
{
    /// <summary>So many services are asked at the same time.</summary>
    private const int Batch = 256;

    private const int PushesAtOnce = 500;

    private IGrainTimer? _timer;
    private bool _noticed;

    public Task Notice()
    {
        _noticed = true;
        _timer ??= this.RegisterGrainTimer(
            WorkOff, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true });
        return Task.CompletedTask;
    }

    private async Task WorkOff(CancellationToken timer)
    {
        // the timer is told of the end only when its turn is over, and a turn may take long
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer, host.ApplicationStopping);
        var cancellationToken = either.Token;
        try
        {
            while (_noticed)
            {
                _noticed = false;
                while (await ledger.OpenPushes(this.GetPrimaryKeyString(), PushesAtOnce, cancellationToken) is { Count: > 0 } pushes)
                    await FanOut(pushes, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            // the sweeper calls again; until then other images are not held up
            LogFailed(this.GetPrimaryKeyString(), failure);
        }
        finally
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private async Task FanOut(IReadOnlyList<OpenPush> pushes, CancellationToken cancellationToken)
    {
        var source = this.GetPrimaryKeyString();
        if ((await ledger.Subscribers(source, null, 1, cancellationToken)).Count == 0)
        {
            await ledger.Settle([.. pushes.Select(p => p.Push.Uuid)], cancellationToken);
            return;
        }

        var failed = false;
        foreach (var open in pushes)
            failed |= !await FanOut(open, cancellationToken);
        if (failed)
            throw new InvalidOperationException("Not every service could be asked.");
    }

    /// <summary>False when a service could not be asked; then the push stays open and is offered again to all after the last safe point.</summary>
    private async Task<bool> FanOut(OpenPush open, CancellationToken cancellationToken)
    {
        var push = await WithDigest(open.Push, cancellationToken);
        var reached = open.Reached;
        var all = true;
        while (await ledger.Subscribers(this.GetPrimaryKeyString(), reached, Batch, cancellationToken) is { Count: > 0 } services)
        {
            var offered = await Task.WhenAll(services.Select(service => Offer(service, push)));
            all &= offered.All(done => done);
            reached = services[^1];
            if (services.Count < Batch)
                break;
            if (all)
                await ledger.Advance(push.Uuid, reached.Value, cancellationToken);
        }

        if (all)
            await ledger.Settle([push.Uuid], cancellationToken);
        return all;
    }

    private async Task<bool> Offer(Guid service, Push push)
    {
        try
        {
            await GrainFactory.GetGrain<IServiceGrain>(service.ToString()).Offer(push);
            return true;
        }
        catch (Exception failure)
        {
            LogNotOffered(push.ToString(), service, failure);
            return false;
        }
    }

    /// <summary>
    /// Senders that do not say what the tag means now (Docker Hub) leave it to us to find out: it tells repeats from news. When
    /// the registry does not answer it stays unknown, and the deployment will say what is wrong.
    /// </summary>
    private async Task<Push> WithDigest(Push push, CancellationToken cancellationToken)
    {
        if (push.Digest is not null || push.Deleted)
            return push;
        try
        {
            var image = ImageName.Parse(push.ToString());
            var organization = push.Organization.Length > 0 ? push.Organization : Organization.Default;
            var credential = (await ledger.FindRegistry(organization, image.Host, cancellationToken))?.Credential;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            return push with { Digest = await registry.Resolve(image, credential, limit.Token) };
        }
        catch (Exception failure) when (failure is RegistryException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogUnknownDigest(push.ToString(), failure.Message);
            return push;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "pushes of {Source} could not be worked off; they are taken up again")]
    private partial void LogFailed(string source, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "push of {Push} could not be offered to service {Service}")]
    private partial void LogNotOffered(string push, Guid service, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "what {Image} means now is unknown: {Reason}")]
    private partial void LogUnknownDigest(string image, string reason);
}
