using AutoDeploy.Ports;
using Microsoft.Extensions.Hosting;

namespace AutoDeploy.Hosting;

/// <summary>Opens the ledger before anything uses it.</summary>
internal sealed class LedgerOpenService(ILedger ledger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => ledger.Open(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
