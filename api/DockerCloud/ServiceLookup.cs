using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Orleans;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Finds services, however a client names them.</summary>
public sealed class ServiceLookup(ILedger ledger, IGrainFactory grains)
{
    /// <summary>So many grains are asked at once.</summary>
    private const int AtOnce = 100;

    public IServiceGrain Grain(Guid uuid) => grains.GetGrain<IServiceGrain>(uuid.ToString("D"));

    /// <exception cref="HttpFailure">404</exception>
    public async Task<Service> Find(string uuid) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await Grain(parsed).Get() is { } service
            ? service
            : throw HttpFailure.NotFound("service", uuid);

    /// <summary>The services of these rows; those that have gone meanwhile are left out.</summary>
    public async Task<List<Service>> Get(IReadOnlyList<ServiceRow> rows)
    {
        var services = await Task.WhenAll(rows.Select(row => Grain(row.Uuid).Get()));
        return [.. services.OfType<Service>()];
    }

    /// <summary>All services that fit, page by page.</summary>
    public async IAsyncEnumerable<Service> All(ServiceFilter filter)
    {
        for (var offset = 0; ; offset += AtOnce)
        {
            var page = await ledger.Services(filter, AtOnce, offset, CancellationToken.None);
            foreach (var service in await Get(page.Items))
                yield return service;
            if (page.Items.Count < AtOnce)
                yield break;
        }
    }

    /// <summary>Another service that a request names by name, uuid or resource uri.</summary>
    /// <param name="self">The service that the request is about; it cannot be the other.</param>
    public async Task<ServiceRow> Resolve(Value reference, Guid? self, CancellationToken cancellationToken)
    {
        var text = reference.Line();
        if (text.Length == 0)
            throw reference.Wrong("is empty; expected the name, uuid or resource uri of a service");

        ServiceRow? row;
        if ((Guid.TryParseExact(text, "D", out var parsed) ? parsed : Uris.UuidIn(text, Uris.Service)) is { } uuid)
            row = (await ledger.Services(new ServiceFilter { Organization = Organization.Default, Uuid = uuid }, 1, 0, cancellationToken)).Items.FirstOrDefault();
        else
            row = await ledger.FindServiceByName(Organization.Default, text, cancellationToken);

        if (row is null || row.State is ServiceStatus.Terminating or ServiceStatus.Terminated)
            throw reference.Wrong($"is \"{HttpFailure.Shorten(text)}\"; there is no such service, expected the name, uuid or resource uri of one");
        return row.Uuid == self ? throw reference.Wrong("names the service itself; expected another one") : row;
    }
}
