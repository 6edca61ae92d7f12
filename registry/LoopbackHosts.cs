using System.Globalization;
using System.Net;
using AutoDeploy.Ports;

namespace AutoDeploy.Registry;

internal static class LoopbackHosts
{
    /// <summary>Registries that are known to have their token server on another host.</summary>
    private static readonly Dictionary<string, string> KnownTokenHosts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["docker.io"] = "auth.docker.io",
        ["registry.gitlab.com"] = "gitlab.com",
    };

    /// <summary>Registries on this machine speak plain HTTP: <c>localhost</c>, 127.0.0.0/8, <c>[::1]</c>, with or without a port.</summary>
    public static bool IsLoopback(string host)
    {
        var name = WithoutPort(host);
        return name == "localhost" || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>Decides whether the credentials of a registry may be sent to the token server that the registry names.</summary>
    public static bool MayShow(RegistryCredential credential, Uri tokenServer) =>
        Is(tokenServer, WithoutPort(credential.Host))
        || (KnownTokenHosts.GetValueOrDefault(credential.Host) is { } known && Is(tokenServer, known))
        || (credential.TokenHost is { } allowed && Is(tokenServer, allowed));

    /// <param name="server">A token server.</param>
    /// <param name="host">With a port: only at that one.</param>
    private static bool Is(Uri server, string host) =>
        server.Host.Equals(host, StringComparison.OrdinalIgnoreCase)
        || string.Create(CultureInfo.InvariantCulture, $"{server.Host}:{server.Port}").Equals(host, StringComparison.OrdinalIgnoreCase);

    private static string WithoutPort(string host)
    {
        var end = host.StartsWith('[') ? host.IndexOf(']') + 1 : host.IndexOf(':');
        return end > 0 ? host[..end] : host;
    }
}
