namespace AutoDeploy.Hosting.Cluster;

/// <summary>Aborts grain calls after a few seconds while no silo is connected.</summary>
internal sealed class NoSiloTimeoutFilter(ClusterConnectionState connection, TimeProvider time) : IOutgoingGrainCallFilter
{
    private static readonly TimeSpan NoSiloTimeout = TimeSpan.FromSeconds(4);

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var call = context.Invoke();
        while (!call.IsCompleted)
        {
            try
            {
                await call.WaitAsync(NoSiloTimeout, time);
            }
            catch (TimeoutException) when (!call.IsCompleted && connection.Gateways > 0)
            {
                // a silo is connected and processes the call
            }
            catch (TimeoutException e) when (!call.IsCompleted)
            {
                throw new NoSiloException(e);
            }
        }

        await call;
    }
}
