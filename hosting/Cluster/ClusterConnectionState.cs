namespace AutoDeploy.Hosting.Cluster;

/// <summary>The state of the connection between an API of the cluster and the silos.</summary>
public sealed class ClusterConnectionState
{
    private volatile int _gateways;

    /// <summary>Whether a silo was connected since the start. Before that, no grain can be called.</summary>
    public bool WasConnected { get; set; }

    /// <summary>The number of connected silos.</summary>
    public int Gateways
    {
        get => _gateways;
        set => _gateways = value;
    }
}
