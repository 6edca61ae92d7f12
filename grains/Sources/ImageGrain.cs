using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Sources;

/// <summary>Fans the pushes of one image out.</summary>
public sealed partial class ImageGrain(
    ILedger ledger, IRegistry registry, SourceOptions options, TimeProvider time, IHostApplicationLifetime host, ILogger<ImageGrain> logger)
    : SourceGrain(ledger, time, host, logger), IImageGrain
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What a tag means is not asked again for pushes that are looked at in the same moment; short enough that it cannot be out of date to anybody.</summary>
    private static readonly TimeSpan StillKnown = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<(string Organization, string Tag, string? Digest, bool Deleted), DateTimeOffset> _offered = [];
    private readonly HashSet<Guid> _held = [];
    private readonly Dictionary<(string Organization, string Image), (string Digest, DateTimeOffset At)> _lookedUp = [];
    private ImagePoll? _poll;
    private bool _isLooking;

    protected override TimeSpan Pause => TimeSpan.FromMilliseconds(200);

    public async Task Poll(CancellationToken cancellationToken)
    {
        if (_isLooking)
            return;
        _isLooking = true;
        try
        {
            _poll ??= new ImagePoll(Ledger, registry, GrainFactory, Time, Source);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(Stopping, cancellationToken);
            if (await _poll.Look(either.Token))
                await Notice();
        }
        finally
        {
            _isLooking = false;
        }
    }

    protected override async Task<IOffering> Prepare(Push push, string subscribedAs, CancellationToken cancellationToken) =>
        push.IsAnnouncement ? new Announcement(this, push) : new Offering(this, await WithDigest(push, cancellationToken));

    /// <summary>
    /// An image of several platforms, or a sender that doubts, tells the same several times: the first is offered at once, what follows
    /// within the window at its end. By then it is known what the first led to, and what the tag means was looked up once for all of them.
    /// </summary>
    protected override IReadOnlyList<OpenPush> Due(IReadOnlyList<OpenPush> pushes)
    {
        var now = Time.GetUtcNow();
        foreach (var old in _offered.Where(o => now - o.Value >= options.Debounce).Select(o => o.Key).ToList())
            _offered.Remove(old);

        var due = new List<OpenPush>();
        foreach (var equal in pushes.GroupBy(open => (open.Push.Organization, open.Push.Tag, open.Push.Digest, open.Push.Deleted)))
        {
            // one that some services have been asked about already goes on to its end
            due.AddRange(equal.Where(open => open.Reached is not null));
            var fresh = equal.Where(open => open.Reached is null).ToList();
            var held = fresh.Where(open => _held.Contains(open.Push.Uuid)).ToList();
            if (!_offered.ContainsKey(equal.Key) && fresh.Count > 0)
            {
                _offered[equal.Key] = now;
                due.AddRange(held.Count > 0 ? held : fresh.Take(1));
            }

            _held.UnionWith(fresh.Select(open => open.Push.Uuid));
        }

        _held.ExceptWith(due.Select(open => open.Push.Uuid));
        return due;
    }

    /// <summary>
    /// Senders that do not say what the tag means now (Docker Hub) leave it to us to find out: it tells repeats from news. When
    /// the registry does not answer it stays unknown, and the deployment will say what is wrong.
    /// </summary>
    private Task<Push> WithDigest(Push push, CancellationToken cancellationToken) =>
        push.Digest is not null || push.Deleted ? Task.FromResult(push) : WithDigest(push, ImageName.Parse(push.ToString()), cancellationToken);

    private async Task<Push> WithDigest(Push push, ImageName image, CancellationToken cancellationToken)
    {
        try
        {
            var organization = push.Organization.Length > 0 ? push.Organization : Organization.Default;
            if (_lookedUp.TryGetValue((organization, image.ToString()), out var known) && Time.GetUtcNow() - known.At < StillKnown)
                return push with { Digest = known.Digest };
            var credential = (await Ledger.FindRegistry(organization, image, cancellationToken))?.Credential;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            var asked = Time.GetUtcNow();
            var digest = await registry.Resolve(image, credential, limit.Token);
            foreach (var old in _lookedUp.Where(l => asked - l.Value.At >= StillKnown).Select(l => l.Key).ToList())
                _lookedUp.Remove(old);
            _lookedUp[(organization, image.ToString())] = (digest, asked);
            return push with { Digest = digest };
        }
        catch (Exception failure) when (failure is RegistryException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogUnknownDigest(Logger, push.ToString(), failure.Message);
            return push;
        }
    }

    private sealed class Offering(ImageGrain grain, Push push) : IOffering
    {
        public async Task<Offered> OfferTo(IReadOnlyList<Guid> services, CancellationToken cancellationToken)
        {
            var replies = await Task.WhenAll(services.Select(service => grain.Offer(service, push, null)));
            return Array.TrueForAll(replies, reply => reply is not null) ? Offered.Done : Offered.Failed;
        }
    }

    /// <summary>Behind a path alone there can be images of several hosts; what the tag means at each is found out once.</summary>
    private sealed class Announcement(ImageGrain grain, Push push) : IOffering
    {
        private readonly Dictionary<string, Push> _pushes = [];

        public async Task<Offered> OfferTo(IReadOnlyList<Guid> services, CancellationToken cancellationToken)
        {
            var images = await Task.WhenAll(services.Select(service => grain.GrainFactory.GetGrain<IServiceGrain>(service.ToString()).Get()));
            foreach (var image in images.OfType<Service>().Where(s => s.Settings.Git is null).Select(s => s.Image with { Tag = push.Tag, Digest = null }))
                if (!_pushes.ContainsKey(image.Repository))
                    _pushes[image.Repository] = await grain.WithDigest(push, image, cancellationToken);
            var replies = await Task.WhenAll(services.Select((service, i) =>
                grain.Offer(service, images[i] is { Settings.Git: null } image ? _pushes[image.Image.Repository] : push, null)));
            return Array.TrueForAll(replies, reply => reply is not null) ? Offered.Done : Offered.Failed;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "what {Image} means now is unknown: {Reason}")]
    private static partial void LogUnknownDigest(ILogger logger, string image, string reason);
}
