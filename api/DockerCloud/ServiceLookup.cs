using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Volumes;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Finds services, however a client names them.</summary>
public sealed class ServiceLookup(ILedger ledger, IGrainFactory grains)
{
    /// <summary>So many grains are asked at once.</summary>
    private const int PageSize = 100;

    public IServiceGrain Grain(Guid uuid) => grains.GetGrain<IServiceGrain>(uuid.ToString("D"));

    /// <exception cref="ApiException">404</exception>
    public async Task<Service> Find(string uuid) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await Grain(parsed).Get() is { } service
            ? service
            : throw ApiException.NotFound("service", uuid);

    /// <summary>The services of these rows; those that have gone meanwhile are left out.</summary>
    public async Task<List<Service>> Get(IReadOnlyList<ServiceRow> rows)
    {
        var services = await Task.WhenAll(rows.Select(row => Grain(row.Uuid).Get()));
        return [.. services.OfType<Service>()];
    }

    /// <summary>All services that fit, page by page.</summary>
    public async IAsyncEnumerable<Service> All(ServiceFilter filter)
    {
        for (var offset = 0; ; offset += PageSize)
        {
            var page = await ledger.ListServices(filter, PageSize, offset, CancellationToken.None);
            foreach (var service in await Get(page.Items))
                yield return service;
            if (page.Items.Count < PageSize)
                yield break;
        }
    }

    /// <summary>A volume on record that a service can have: its own, or one of a service that is terminated.</summary>
    /// <param name="reference">Its name, uuid or resource uri.</param>
    /// <param name="engine">Where it has to be.</param>
    /// <param name="self">The service that is to have it; null: a new one.</param>
    public async Task<VolumeRecord> ResolveVolume(RequestValue reference, string engine, Guid? self, CancellationToken cancellationToken)
    {
        const string Expected = "expected the name, uuid or resource uri of one that /api/app/v1/volume/ lists";
        var text = reference.ReadLine();
        var volume = (Guid.TryParseExact(text, "D", out var parsed) ? parsed : ResourceUris.ParseUuid(text, ResourceUris.Volume))
            is { } uuid
            ? await ledger.FindVolume(uuid, cancellationToken)
            : await ledger.FindVolume(engine, text, cancellationToken);
        if (volume is null || volume.Organization != OrganizationNames.Default)
            throw reference.CreateError(
                $"is \"{ApiException.Shorten(text)}\"; there is no such volume on the engine \"{engine}\", {Expected}"
            );
        if (volume.IsBeingRemoved)
            throw reference.CreateError($"is the volume {volume.Name}, which is being removed; {Expected}");
        if (volume.Engine != engine)
            throw reference.CreateError(
                $"is on the engine \"{volume.Engine}\"; expected one on \"{engine}\", since engines share no volumes"
            );
        if (
            volume.ServiceId != self
            && (await ledger.ListServices(new ServiceFilter { Uuid = volume.ServiceId }, 1, 0, cancellationToken)).Items
                is [{ State: not ServiceStatus.Terminated } owner]
        )
            throw reference.CreateError(
                $"is the volume {volume.Name} of the service \"{owner.Name}\"; expected one of a service that is terminated, or "
                    + "volumes_from"
            );
        return volume;
    }

    /// <summary>Another service that a request names by name, uuid or resource uri.</summary>
    /// <param name="self">The service that the request is about; it cannot be the other.</param>
    public async Task<ServiceRow> Resolve(RequestValue reference, Guid? self, CancellationToken cancellationToken)
    {
        var text = reference.ReadLine();
        if (text.Length == 0)
            throw reference.CreateError("is empty; expected the name, uuid or resource uri of a service");

        ServiceRow? row;
        if ((Guid.TryParseExact(text, "D", out var parsed) ? parsed : ResourceUris.ParseUuid(text, ResourceUris.Service)) is { } uuid)
            row = (
                await ledger.ListServices(
                    new ServiceFilter { Organization = OrganizationNames.Default, Uuid = uuid },
                    1,
                    0,
                    cancellationToken
                )
            ).Items.FirstOrDefault();
        else
            row = await ledger.FindServiceByName(OrganizationNames.Default, text, cancellationToken);

        if (row is null || row.State is ServiceStatus.Terminating or ServiceStatus.Terminated)
            throw reference.CreateError(
                $"is \"{ApiException.Shorten(text)}\"; there is no such service, expected the name, uuid or resource uri of one"
            );
        return row.Uuid == self ? throw reference.CreateError("names the service itself; expected another one") : row;
    }
}
