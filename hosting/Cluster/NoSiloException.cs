namespace AutoDeploy.Hosting.Cluster;

/// <summary>No silo can be reached. The call can be retried later.</summary>
public sealed class NoSiloException(Exception? inner = null) : Exception("No silo of the cluster can be reached.", inner);
