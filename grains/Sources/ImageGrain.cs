using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Sources;

/// <summary>Fans the pushes of one image out.</summary>
public sealed partial class ImageGrain(
    ILedger ledger,
    IRegistry registry,
    SourceOptions options,
    TimeProvider time,
    IHostApplicationLifetime host,
    ILogger<ImageGrain> logger
) : SourceGrain(ledger, time, host, logger), IImageGrain
{
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// What a tag means is not asked again for pushes that are looked at in the same moment; short enough that it cannot be out of date to
    /// anybody.
    /// </summary>
    private static readonly TimeSpan DigestCacheDuration = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<(string Organization, string Tag, string? Digest, bool Deleted), DateTimeOffset> _recentPushes = [];
    private readonly HashSet<Guid> _debouncedPushes = [];
    private readonly Dictionary<(string Organization, string Image), (string Digest, DateTimeOffset At)> _resolvedDigests = [];
    private ImagePoller? _poll;
    private bool _isLooking;

    protected override TimeSpan RetryDelay => TimeSpan.FromMilliseconds(200);

    public async Task Poll(CancellationToken cancellationToken)
    {
        if (_isLooking)
            return;
        _isLooking = true;
        try
        {
            _poll ??= new ImagePoller(Ledger, registry, GrainFactory, Time, Source);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(Stopping, cancellationToken);
            if (await _poll.Poll(either.Token))
                await Wake();
        }
        finally
        {
            _isLooking = false;
        }
    }

    protected override async Task<IPushFanOut> Prepare(Push push, string subscribedAs, CancellationToken cancellationToken) =>
        push.IsAnnouncement ? new AnnouncementFanOut(this, push) : new ImagePushFanOut(this, await ResolveDigest(push, cancellationToken));

    /// <summary>
    /// An image of several platforms, or a sender that doubts, tells the same several times: the first is offered at once, what follows
    /// within the window at its end. By then it is known what the first led to, and what the tag means was looked up once for all of them.
    /// </summary>
    protected override IReadOnlyList<OpenPush> SelectDue(IReadOnlyList<OpenPush> pushes)
    {
        var now = Time.GetUtcNow();
        foreach (var old in _recentPushes.Where(o => now - o.Value >= options.DebounceDelay).Select(o => o.Key).ToList())
            _recentPushes.Remove(old);

        var due = new List<OpenPush>();
        foreach (var equal in pushes.GroupBy(open => (open.Push.Organization, open.Push.Tag, open.Push.Digest, open.Push.Deleted)))
        {
            // one that some services have been asked about already goes on to its end
            due.AddRange(equal.Where(open => open.ReachedServiceId is not null));
            var fresh = equal.Where(open => open.ReachedServiceId is null).ToList();
            var held = fresh.Where(open => _debouncedPushes.Contains(open.Push.Uuid)).ToList();
            if (!_recentPushes.ContainsKey(equal.Key) && fresh.Count > 0)
            {
                _recentPushes[equal.Key] = now;
                due.AddRange(held.Count > 0 ? held : fresh.Take(1));
            }

            _debouncedPushes.UnionWith(fresh.Select(open => open.Push.Uuid));
        }

        _debouncedPushes.ExceptWith(due.Select(open => open.Push.Uuid));
        return due;
    }

    /// <summary>
    /// Senders that do not say what the tag means now (Docker Hub) leave it to us to find out: it tells repeats from news. When
    /// the registry does not answer it stays unknown, and the deployment will say what is wrong.
    /// </summary>
    private Task<Push> ResolveDigest(Push push, CancellationToken cancellationToken) =>
        push.Digest is not null || push.Deleted
            ? Task.FromResult(push)
            : ResolveDigest(push, ImageName.Parse(push.ToString()), cancellationToken);

    private async Task<Push> ResolveDigest(Push push, ImageName image, CancellationToken cancellationToken)
    {
        try
        {
            var organization = push.Organization.Length > 0 ? push.Organization : OrganizationNames.Default;
            if (
                _resolvedDigests.TryGetValue((organization, image.ToString()), out var known)
                && Time.GetUtcNow() - known.At < DigestCacheDuration
            )
                return push with { Digest = known.Digest };
            var credential = (await Ledger.FindRegistry(organization, image, cancellationToken))?.Credential;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(ResolveTimeout);
            var asked = Time.GetUtcNow();
            var digest = await registry.Resolve(image, credential, limit.Token);
            foreach (var old in _resolvedDigests.Where(l => asked - l.Value.At >= DigestCacheDuration).Select(l => l.Key).ToList())
                _resolvedDigests.Remove(old);
            _resolvedDigests[(organization, image.ToString())] = (digest, asked);
            return push with { Digest = digest };
        }
        catch (Exception failure)
            when (failure is RegistryException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogUnknownDigest(Logger, push.ToString(), failure.Message);
            return push;
        }
    }

    private sealed class ImagePushFanOut(ImageGrain grain, Push push) : IPushFanOut
    {
        public async Task<FanOutResult> EvaluateBatch(IReadOnlyList<Guid> serviceIds, CancellationToken cancellationToken)
        {
            var replies = await Task.WhenAll(serviceIds.Select(serviceId => grain.Evaluate(serviceId, push, null)));
            return Array.TrueForAll(replies, reply => reply is not null) ? FanOutResult.Done : FanOutResult.Failed;
        }
    }

    /// <summary>Behind a path alone there can be images of several hosts; what the tag means at each is found out once.</summary>
    private sealed class AnnouncementFanOut(ImageGrain grain, Push push) : IPushFanOut
    {
        private readonly Dictionary<string, Push> _pushes = [];

        public async Task<FanOutResult> EvaluateBatch(IReadOnlyList<Guid> serviceIds, CancellationToken cancellationToken)
        {
            var images = await Task.WhenAll(
                serviceIds.Select(serviceId => grain.GrainFactory.GetGrain<IServiceGrain>(serviceId.ToString()).Get())
            );
            foreach (
                var image in images
                    .OfType<Service>()
                    .Where(s => s.Settings.Git is null)
                    .Select(s => s.Image with { Tag = push.Tag, Digest = null })
            )
                if (!_pushes.ContainsKey(image.Repository))
                    _pushes[image.Repository] = await grain.ResolveDigest(push, image, cancellationToken);
            var replies = await Task.WhenAll(
                serviceIds.Select(
                    (serviceId, i) =>
                        grain.Evaluate(serviceId, images[i] is { Settings.Git: null } image ? _pushes[image.Image.Repository] : push, null)
                )
            );
            return Array.TrueForAll(replies, reply => reply is not null) ? FanOutResult.Done : FanOutResult.Failed;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to resolve the current digest of {Image}: {Reason}")]
    private static partial void LogUnknownDigest(ILogger logger, string image, string reason);
}
