using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Sources;

/// <summary>
/// Looks at the tags of one image; only what differs from what was seen before is news. What was seen is in the ledger, so that what is
/// pushed
/// while we are down is found afterwards, and a start alone finds nothing.
/// </summary>
internal sealed class ImagePoller(ILedger ledger, IRegistry registry, IGrainFactory grains, TimeProvider time, string source)
{
    /// <summary>As the sender's name.</summary>
    public const string Sender = "poll";

    /// <summary>
    /// Of a list that is cut off tags may come and go without having been deleted: they are remembered beyond what is listed, but not for
    /// ever.
    /// </summary>
    private const int MaxRememberedTags = 2 * IRegistry.MaxTags;

    /// <summary>For asking what tags mean; what is left is new at the next look, too. A grain's call is not to take long.</summary>
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(10);

    private string Host => source[..source.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>Records what is new as pushes.</summary>
    /// <returns>Whether there is something.</returns>
    public async Task<bool> Poll(CancellationToken cancellationToken)
    {
        if (registry.IsRateLimited(Host))
            return false;

        var news = false;
        var services = await Task.WhenAll(
            (await ledger.ListPollingServices(source, cancellationToken)).Select(uuid =>
                grains.GetGrain<IServiceGrain>(uuid.ToString()).Get()
            )
        );
        foreach (
            var organization in services
                .OfType<Service>()
                .Where(s => s.Settings.Git is null && s.Image.Repository == source)
                .GroupBy(s => s.Organization)
        )
            news |= await Poll(organization.Key, [.. organization], cancellationToken);
        return news;
    }

    private async Task<bool> Poll(string organization, IReadOnlyList<Service> services, CancellationToken cancellationToken)
    {
        var image = services[0].Image with { Tag = null, Digest = null };
        var credential = (await ledger.FindRegistry(organization, image, cancellationToken))?.Credential;
        var seen = await ledger.ReadKnownTags(organization, source, cancellationToken);
        var list = await ListTags(services, image, credential, cancellationToken);
        var wanted = SelectWantedTags(services, list, seen);

        var found = new Dictionary<string, string?>(StringComparer.Ordinal);
        var pushes = new List<Push>();
        var begun = time.GetTimestamp();
        foreach (var tag in wanted)
        {
            if (registry.IsRateLimited(Host) || time.GetElapsedTime(begun) > ResolveTimeout)
                break;
            string digest;
            try
            {
                digest = await registry.Resolve(image with { Tag = tag }, credential, cancellationToken);
            }
            catch (RegistryException failure) when (failure.Fault == RegistryFault.NotFound)
            {
                continue; // not pushed yet, or deleted
            }

            if (
                seen.Tags.GetValueOrDefault(tag) is { } before
                    ? before != digest
                    // the first look at this tag: what nobody runs, has failed with or knows of
                    : services.Any(s =>
                        s.Current?.Digest != digest
                        && s.Available?.Digest != digest
                        && s.Held?.Version.Digest != digest
                        && !s.Failed.Contains(digest)
                    )
            )
                pushes.Add(CreatePush(organization, tag, digest, time.GetUtcNow()));
            else if (seen.Tags.GetValueOrDefault(tag) != digest)
                found[tag] = digest;
        }

        // those that nobody is to be told of are seen by their names; those that were not looked at yet are not
        foreach (var tag in list?.Tags ?? [])
            if (!wanted.Contains(tag) && !seen.Tags.ContainsKey(tag))
                found.TryAdd(tag, null);

        bool? listed =
            list is { Tags.Count: > 0 } && !seen.Listed ? true
            : list is null && seen.Listed ? false
            : null;
        var gone = SelectGoneTags(list, wanted, seen);
        if (listed is not null || found.Count > 0 || gone.Count > 0 || pushes.Count > 0)
            await ledger.RecordTagPoll(new TagPollResult(organization, source, listed, found, gone, pushes), cancellationToken);
        if (pushes.Count > 0)
            AutoDeployMetrics.CountPushes(Sender, "new", pushes.Count);
        return pushes.Count > 0;
    }

    /// <summary>All tags, where a service's policy needs them; else null.</summary>
    private async Task<ImageTags?> ListTags(
        IReadOnlyList<Service> services,
        ImageName image,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        if (services.All(service => TagPolicy.FindMissingTagProblem(service) is not null))
            return null;
        try
        {
            return await registry.ListTags(image, credential, cancellationToken);
        }
        catch (RegistryException failure) when (failure.Fault == RegistryFault.NotFound)
        {
            return new ImageTags([]); // nothing was pushed yet
        }
    }

    /// <summary>
    /// The tags to look at: those that the services are at or would go to and, for policies without an order, those that are new.
    /// </summary>
    private static HashSet<string> SelectWantedTags(IReadOnlyList<Service> services, ImageTags? list, KnownTags seen)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            if (TagPolicy.FindMissingTagProblem(service) is { } tag)
            {
                wanted.Add(tag);
                continue;
            }

            var tags = list?.Tags ?? [];
            if (TagPolicy.FindWantedTag(service, tags) is { } best)
                wanted.Add(best);
            if (service.RunningImage.Tag is { } own && tags.Contains(own) && TagPolicy.FindObjection(service, own) is null)
                wanted.Add(own);
            if (seen.Listed)
                wanted.UnionWith(tags.Where(tag => !seen.Tags.ContainsKey(tag) && TagPolicy.FindObjection(service, tag) is null));
        }

        return wanted;
    }

    /// <summary>
    /// What need not be remembered any longer. An empty list is not believed where there were tags: they would all be new when the registry
    /// is well again.
    /// </summary>
    private static List<string> SelectGoneTags(ImageTags? list, HashSet<string> wanted, KnownTags seen)
    {
        if (list is { Tags.Count: 0 } || (list is { IsCutOff: true } && seen.Tags.Count <= MaxRememberedTags))
            return [];
        var there = list is null ? wanted : new HashSet<string>(list.Tags, StringComparer.Ordinal);
        return [.. seen.Tags.Keys.Where(tag => !there.Contains(tag) && !wanted.Contains(tag))];
    }

    private Push CreatePush(string organization, string tag, string digest, DateTimeOffset received) =>
        new()
        {
            Uuid = Guid.CreateVersion7(received),
            Sender = Sender,
            Delivery = Guid.NewGuid().ToString(),
            Source = source,
            Tag = tag,
            Digest = digest,
            Received = received,
            Organization = organization,
        };
}
