using System.Net;

namespace AutoDeploy.Engine;

internal static class RegistryHost
{
    /// <summary>Registries on this machine speak plain HTTP: <c>localhost</c>, 127.0.0.0/8, <c>[::1]</c>, with or without a port.</summary>
    public static bool IsLoopback(string host)
    {
        var end = host.StartsWith('[') ? host.IndexOf(']') + 1 : host.IndexOf(':');
        var name = end > 0 ? host[..end] : host;
        return name == "localhost" || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }
}
