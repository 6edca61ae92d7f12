using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Sources;

/// <summary>Looks at the tags of one image, and remembers what it saw, so that only what has changed since is news.</summary>
internal sealed class ImagePoll(ILedger ledger, IRegistry registry, IGrainFactory grains, TimeProvider time, string source)
{
    /// <summary>As the sender's name.</summary>
    public const string Sender = "poll";

    /// <summary>Of each organization what each tag meant when it was looked at last.</summary>
    private readonly Dictionary<(string Organization, string Tag), string> _seen = [];

    /// <summary>Of each organization the tags that there were; null before the first look.</summary>
    private readonly Dictionary<string, HashSet<string>> _tags = [];

    /// <summary>Records what is new as pushes.</summary>
    /// <returns>Whether there is something.</returns>
    public async Task<bool> Look(CancellationToken cancellationToken)
    {
        if (registry.WantsRest(source[..source.IndexOf('/', StringComparison.Ordinal)]))
            return false;

        var news = false;
        var services = await Task.WhenAll((await ledger.PollingServices(source, cancellationToken)).Select(uuid => grains.GetGrain<IServiceGrain>(uuid.ToString()).Get()));
        foreach (var organization in services.OfType<Service>().Where(s => s.Settings.Git is null && s.Image.Repository == source).GroupBy(s => s.Organization))
            news |= await Look(organization.Key, [.. organization], cancellationToken);
        return news;
    }

    private async Task<bool> Look(string organization, IReadOnlyList<Service> services, CancellationToken cancellationToken)
    {
        var image = services[0].Image with { Tag = null, Digest = null };
        var credential = (await ledger.FindRegistry(organization, image.Host, cancellationToken))?.Credential;
        var pushes = new List<Push>();
        foreach (var tag in await Wanted(organization, services, image, credential, cancellationToken))
        {
            string digest;
            try
            {
                digest = await registry.Resolve(image with { Tag = tag }, credential, cancellationToken);
            }
            catch (RegistryException failure) when (failure.Fault == RegistryFault.NotFound)
            {
                continue; // not pushed yet, or deleted
            }

            var isNew = _seen.TryGetValue((organization, tag), out var before)
                ? before != digest
                // the first look, after a start: what nobody runs, has failed with or knows of
                : services.Any(s => s.Current?.Digest != digest && s.Available?.Digest != digest && s.Held?.Version.Digest != digest && !s.Failed.Contains(digest));
            if (isNew)
                pushes.Add(News(organization, tag, digest));
        }

        if (pushes.Count == 0)
            return false;
        await ledger.Record(pushes, cancellationToken);
        // only when it is on record
        foreach (var push in pushes)
            _seen[(organization, push.Tag)] = push.Digest!;
        return true;
    }

    /// <summary>The tags to look at: those that the services are at or would go to and, for policies without an order, those that are new.</summary>
    private async Task<IReadOnlyCollection<string>> Wanted(
        string organization, IReadOnlyList<Service> services, ImageName image, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        var needsList = false;
        foreach (var service in services)
        {
            if (TagPolicy.HasOwnTag(service) is { } tag)
                wanted.Add(tag);
            else
                needsList = true;
        }

        if (!needsList)
            return wanted;

        var tags = await registry.Tags(image, credential, cancellationToken);
        _tags.TryGetValue(organization, out var known);
        foreach (var service in services.Where(s => TagPolicy.HasOwnTag(s) is null))
        {
            if (TagPolicy.Wanted(service, tags) is { } best)
                wanted.Add(best);
            if (service.RunningImage.Tag is { } own && tags.Contains(own) && TagPolicy.Objection(service, own) is null)
                wanted.Add(own);
            if (known is not null)
                wanted.UnionWith(tags.Where(tag => !known.Contains(tag) && TagPolicy.Objection(service, tag) is null));
        }

        _tags[organization] = [.. tags];
        return wanted;
    }

    private Push News(string organization, string tag, string digest) => new()
    {
        Uuid = Guid.NewGuid(),
        Sender = Sender,
        Delivery = Guid.NewGuid().ToString(),
        Source = source,
        Tag = tag,
        Digest = digest,
        Received = time.GetUtcNow(),
        Organization = organization,
    };
}
