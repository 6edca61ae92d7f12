namespace AutoDeploy.Hosting.Cluster;

/// <summary>While no silo is connected, a call is given up after a few seconds: one would come back at once if any were there.</summary>
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
                // somebody works on it
            }
            catch (TimeoutException e) when (!call.IsCompleted)
            {
                throw new NoSiloException(e);
            }
        }

        await call;
    }
}
