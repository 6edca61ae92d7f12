using System.Globalization;
using AutoDeploy.Events;
using AutoDeploy.Ports;

namespace AutoDeploy.Services;

/// <summary>
/// The stored state of one service. A write stores the service together with the events that the change leads to (an outbox). Then
/// <see cref="HandOver"/> brings the events and what is looked up of the service into the ledger. Each can be repeated; what a crash leaves
/// between the two is handed over when the grain is activated next, or by the recovery sweep.
/// </summary>
public sealed class ServiceStore(IPersistentState<ServiceState> state, ILedger ledger, TimeProvider time)
{
    /// <summary>The number of the last event that the ledger is known to have.</summary>
    private long _handedOver;

    /// <summary>As it is; what is being written may not be on disk yet.</summary>
    public Service? Service => state.State.Service;

    /// <summary>As it is on disk.</summary>
    public Service? WrittenService { get; private set; }

    /// <summary>After the state was read.</summary>
    public async Task Open(CancellationToken cancellationToken)
    {
        WrittenService = Service;
        if (Service is not { } service || state.State.Outbox.IsEmpty)
            return;
        // what was handed over stays in the outbox until the next write
        _handedOver = await ledger.HandedOver(service.Uuid, cancellationToken);
        await HandOver(cancellationToken);
    }

    /// <summary>Stores the service and its events; <see cref="HandOver"/> has to follow.</summary>
    public async Task Write(Service service)
    {
        var events = ServiceEvents.Detect(Service, service, state.State.LastEvent, time.GetUtcNow());
        await Write(
            state.State with
            {
                Service = service,
                Outbox = [.. ListPending(), .. events],
                LastEvent = state.State.LastEvent + events.Length,
            }
        );
        WrittenService = service;
    }

    /// <summary>
    /// Brings into the ledger what it does not have yet. False: another service of the organization has the name of this new one; it is not
    /// there any more.
    /// </summary>
    public async Task<bool> HandOver(CancellationToken cancellationToken)
    {
        var (current, events) = (state.State, ListPending());
        if (current.Service is not { } service || events is [])
            return true;
        if (events.Exists(one => one is { Kind: EventKind.Service, Change: EventChange.Delete }))
        {
            await ledger.RemoveService(service.Uuid, cancellationToken);
            await Clear();
            return true;
        }

        var version = long.TryParse(state.Etag, CultureInfo.InvariantCulture, out var etag) ? etag : 0;
        if (!await ledger.HandOver(new ServiceHandover(service, events, current.LastEvent, version), cancellationToken))
        {
            await Clear();
            return false;
        }

        _handedOver = current.LastEvent;
        return true;
    }

    /// <summary>Forgets the service, and all that the ledger has of it.</summary>
    public async Task Remove(CancellationToken cancellationToken)
    {
        if (Service is not { } service)
            return;
        // stored first, so that what a crash leaves is found and removed
        var number = state.State.LastEvent + 1;
        var removed = new ServiceEvent
        {
            Number = number,
            Time = time.GetUtcNow(),
            Kind = EventKind.Service,
            Change = EventChange.Delete,
            SubjectId = service.Uuid,
            Status = service.Status,
        };
        await Write(state.State with { Outbox = [.. ListPending(), removed], LastEvent = number });
        await HandOver(cancellationToken);
    }

    private async Task Clear()
    {
        await state.ClearStateAsync();
        WrittenService = null;
    }

    private List<ServiceEvent> ListPending() => [.. state.State.Outbox.Where(one => one.Number > _handedOver)];

    private async Task Write(ServiceState changed)
    {
        var before = state.State;
        state.State = changed;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // what is not on disk is not said to anybody
            state.State = before;
            throw;
        }
    }
}
