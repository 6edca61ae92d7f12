using AutoDeploy.Events;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Orleans.Storage;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

/// <summary>
/// A process that stores a service and hands it over is killed between every two of its steps: no event is lost, told twice or untrue.
/// </summary>
public abstract class ServiceCrashContract
{
    /// <summary>So many calls of a service's life change something; before the first of them there is nothing.</summary>
    private const int Calls = 12;

    /// <summary>How the process that is killed gets to the database; see Program.</summary>
    protected abstract string[] Arguments { get; }

    /// <summary>A database of its own for each call.</summary>
    protected abstract Task NewDatabase();

    protected abstract Task<SqlLedger> OpenLedger();

    protected abstract Task<IGrainStorage> OpenStorage(SqlLedger ledger);

    [Fact]
    public async Task What_a_crash_leaves_is_handed_over_once()
    {
        for (var call = 2; call <= Calls; call++)
        {
            await NewDatabase();
            Assert.True(await KilledProcess.IsKilled(["service", .. Arguments, $"{call}"]), $"call {call}");
            await using var ledger = await OpenLedger();
            var storage = await OpenStorage(ledger);

            var state = new StoredServiceState(storage, ServiceLife.Uuid);
            await state.ReadStateAsync();
            var row = await FindRow(ledger);
            var numbers = (await EventsOf(ledger)).Count;
            Assert.InRange(numbers, 0, state.State.LastEvent);
            var left = await ledger.ServicesToHandOver(Never);
            Assert.Equal(numbers == state.State.LastEvent && row is not null ? [] : [ServiceLife.Uuid], left);

            // as the recovery sweep does it
            var (store, _) = await ServiceLife.Open(ledger, storage);
            Assert.Empty(await ledger.ServicesToHandOver(Never));
            row = await FindRow(ledger);
            Assert.Equal(store.Service?.Status, row?.State);
            if (store.Service is { } service)
            {
                Assert.Equal(state.State.LastEvent, (await EventsOf(ledger)).Count);
                Assert.Equal(service.Status == ServiceStatus.Terminated ? [] : service.Sources, await SourcesOf(ledger));
                await ServiceLife.Live(ledger, storage);
            }

            Assert.Equal(
                ServiceLife.Events,
                string.Join(", ", (await EventsOf(ledger)).Select(e => $"{e.Kind} {e.Change} {e.State}".TrimEnd()))
            );
            Assert.Null(await FindRow(ledger));
            Assert.Empty(await SourcesOf(ledger));
            Assert.Empty(await ledger.ListPolls(Never));
            await state.ReadStateAsync();
            Assert.False(state.RecordExists);
            Assert.Empty(await ledger.ServicesToHandOver(Never));
        }

        await NewDatabase();
        Assert.False(await KilledProcess.IsKilled(["service", .. Arguments, $"{Calls + 1}"]), "there are no more calls");
    }

    private static async Task<ServiceRow?> FindRow(SqlLedger ledger) =>
        (await ledger.ListServices(new ServiceFilter { Uuid = ServiceLife.Uuid }, 1, 0, Never)).Items.SingleOrDefault();

    private static async Task<IReadOnlyList<LedgerEvent>> EventsOf(SqlLedger ledger) =>
        (await ledger.ListEvents(OrganizationNames.Default, 0, 100, Never)).Items;

    private static async Task<IEnumerable<string>> SourcesOf(SqlLedger ledger)
    {
        List<string> sources = [];
        foreach (var source in (string[])["docker.io/acme/web", "*/acme/web", "docker.io/acme/api", "*/acme/api"])
            if ((await ledger.ListSubscribers(source, null, 10, Never)).Contains(ServiceLife.Uuid))
                sources.Add(source);
        return sources;
    }
}
