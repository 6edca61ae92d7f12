using System.Net;
using System.Net.Sockets;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>Finds the address at which others reach this machine, if none is configured.</summary>
/// <remarks>
/// Orleans would take the smallest address of all network interfaces. On a machine with Docker these are also its bridges, whose addresses
/// are the same on every such machine; and while one of them goes, .NET cannot list them ("An invalid IP address was specified").
/// </remarks>
internal static class LocalAddressFinder
{
    /// <summary>Any port will do; nothing is sent.</summary>
    private const int Port = 9;

    /// <summary>An address that nobody has (RFC 5737), for all that is not here.</summary>
    private const string Elsewhere = "192.0.2.1";

    /// <returns>
    /// What this machine sends from to the database, which the others reach as well. If the database is here, what it sends from to
    /// anywhere else; and the loopback address if it sends nowhere.
    /// </returns>
    /// <param name="database">As in Npgsql's <c>Host</c>: a name, an address, the folder of a socket, or several of them with commas
    /// between.</param>
    public static IPAddress FindAddressTowards(string database) =>
        FindSendingAddress(NameOf(database)) ?? FindSendingAddress(Elsewhere) ?? IPAddress.Loopback;

    private static string NameOf(string database)
    {
        var first = database.Split(',')[0].Trim();
        return first.StartsWith('/') || first.StartsWith('@') ? Elsewhere
            : IPAddress.TryParse(first, out _) ? first
            : first.Split(':')[0];
    }

    /// <returns>Null: there is no way there, or it does not leave this machine.</returns>
    private static IPAddress? FindSendingAddress(string host)
    {
        try
        {
            using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(host, Port);
            var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
            if (address.IsIPv4MappedToIPv6)
                address = address.MapToIPv4();
            return IPAddress.IsLoopback(address) ? null : address;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return null;
        }
    }
}
