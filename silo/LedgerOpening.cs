using AutoDeploy.Ports;
using Microsoft.Extensions.Hosting;

namespace AutoDeploy.Silo;

/// <summary>Opens the ledger before anything uses it.</summary>
internal sealed class LedgerOpening(ILedger ledger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => ledger.Open(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
