using AutoDeploy.Events;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

/// <summary>Hands services over that no grain has, each with events of its own.</summary>
public static class LedgerServices
{
    private static long _last;

    public static Task<bool> AddService(this ILedger ledger, ServiceRow row, CancellationToken cancellationToken) =>
        ledger.HandOver(Handover(row, EventChange.Create), cancellationToken);

    public static async Task SetServiceState(
        this ILedger ledger,
        Guid serviceId,
        ServiceStatus state,
        CancellationToken cancellationToken
    ) => await ledger.HandOver(Handover(await Row(ledger, serviceId) with { State = state }, EventChange.Update), cancellationToken);

    public static async Task Subscribe(
        this ILedger ledger,
        Guid serviceId,
        IReadOnlyList<string> sources,
        CancellationToken cancellationToken
    ) => await ledger.HandOver(Handover(await Row(ledger, serviceId), EventChange.Create) with { Sources = sources }, cancellationToken);

    public static async Task SetPoll(
        this ILedger ledger,
        Guid serviceId,
        string source,
        int seconds,
        CancellationToken cancellationToken
    ) =>
        await ledger.HandOver(
            Handover(await Row(ledger, serviceId), EventChange.Create) with
            {
                Sources = [source],
                PollSeconds = seconds,
            },
            cancellationToken
        );

    /// <summary>With one event, of the service itself.</summary>
    public static ServiceHandover Handover(ServiceRow row, EventChange change, long? number = null)
    {
        var last = number ?? Interlocked.Increment(ref _last);
        var service = new Service
        {
            Uuid = row.Uuid,
            Organization = row.Organization,
            Name = row.Name,
            Status = row.State,
            Created = row.Created,
            Settings = new ServiceSettings { Image = Source + ":latest", Engine = row.Engine },
        };
        var one = new ServiceEvent
        {
            Number = last,
            Time = Noon,
            Kind = EventKind.Service,
            Change = change,
            SubjectId = row.Uuid,
            NewState = true,
            Status = row.State,
            NewSubscriptions = change == EventChange.Create,
        };
        return new ServiceHandover(service, [one], last, 1) { Sources = [] };
    }

    /// <summary>As the index has it, or a new one.</summary>
    private static async Task<ServiceRow> Row(ILedger ledger, Guid serviceId) =>
        (await ledger.ListServices(new ServiceFilter { Uuid = serviceId }, 1, 0, Never)).Items is [var row]
            ? row
            : Service($"s{serviceId}") with
            {
                Uuid = serviceId,
            };
}
