namespace AutoDeploy.Hosting.Cluster;

/// <summary>How it stands between an API of the cluster and the silos.</summary>
public sealed class ClusterConnectionState
{
    private volatile int _gateways;

    /// <summary>Whether there was a connection to a silo since the start; before that no grain can be called.</summary>
    public bool WasConnected { get; set; }

    /// <summary>So many silos it is connected to.</summary>
    public int Gateways
    {
        get => _gateways;
        set => _gateways = value;
    }
}
