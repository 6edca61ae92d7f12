using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Sources;

/// <summary>Fans the pushes of one image out.</summary>
public sealed partial class ImageGrain(
    ILedger ledger, IRegistry registry, TimeProvider time, IHostApplicationLifetime host, ILogger<ImageGrain> logger)
    : SourceGrain(ledger, time, host, logger), IImageGrain
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;

    protected override async Task<IOffering> Prepare(Push push, string subscribedAs, CancellationToken cancellationToken) =>
        new Offering(this, await WithDigest(push, cancellationToken));

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
            var credential = (await Ledger.FindRegistry(organization, image.Host, cancellationToken))?.Credential;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            return push with { Digest = await registry.Resolve(image, credential, limit.Token) };
        }
        catch (Exception failure) when (failure is RegistryException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogUnknownDigest(_logger, push.ToString(), failure.Message);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "what {Image} means now is unknown: {Reason}")]
    private static partial void LogUnknownDigest(ILogger logger, string image, string reason);
}
