using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;

namespace AutoDeploy.Api.Qovery;

/// <summary>The uuid of the one organization, made when it is first asked for.</summary>
public sealed class OrganizationIdentity(ILedger ledger, TimeProvider time)
{
    private const string Setting = "organization";

    public async Task<(Guid Id, DateTimeOffset Created)> Get(CancellationToken cancellationToken)
    {
        var text = await ledger.InitSetting(Setting, $"{Guid.NewGuid()} {time.GetUtcNow().UtcTicks}", cancellationToken);
        var parts = text.Split(' ');
        return (
            Guid.Parse(parts[0]),
            new DateTimeOffset(long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero)
        );
    }

    /// <param name="id">Its uuid or name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The organization's name.</returns>
    /// <exception cref="ApiException">404</exception>
    public async Task<string> Find(string id, CancellationToken cancellationToken) =>
        id.Equals(OrganizationNames.Default, StringComparison.OrdinalIgnoreCase)
        || (Guid.TryParseExact(id, "D", out var uuid) && uuid == (await Get(cancellationToken)).Id)
            ? OrganizationNames.Default
            : throw ApiException.NotFound("organization", id);
}
