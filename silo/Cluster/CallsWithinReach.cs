namespace AutoDeploy.Silo.Cluster;

/// <summary>While no silo is connected, a call is given up after a few seconds: one would come back at once if any were there.</summary>
internal sealed class CallsWithinReach(ClusterReach reach, TimeProvider time) : IOutgoingGrainCallFilter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var call = context.Invoke();
        while (!call.IsCompleted)
        {
            try
            {
                await call.WaitAsync(Patience, time);
            }
            catch (TimeoutException) when (!call.IsCompleted && reach.Gateways > 0)
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
