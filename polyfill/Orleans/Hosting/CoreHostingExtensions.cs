using System.Net;

namespace Orleans.Hosting;

/// <summary>The one clustering that there is in one process: none.</summary>
public static class CoreHostingExtensions
{
    /// <summary>Nothing to do: no port is opened, and the names are not used.</summary>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder,
        int siloPort = 11111,
        int gatewayPort = 30000,
        IPEndPoint? primarySiloEndpoint = null,
        string serviceId = "dev",
        string clusterId = "dev") => builder;
}
