using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AutoDeploy.Hosting.Configuration;

/// <summary>Whether a port can be had, found out before anything is opened.</summary>
public static class PortProbe
{
    private static readonly ConcurrentBag<Socket> Held = [];

    /// <summary>Null when the port can be had, else why not.</summary>
    /// <param name="host">Null: on all addresses.</param>
    /// <param name="port">0 can always be had.</param>
    /// <param name="portOption">How another port is chosen.</param>
    /// <param name="hostOption">How another address is chosen.</param>
    public static string? FindObjection(IPAddress? host, int port, string portOption = "--port", string hostOption = "--host")
    {
        try
        {
            using var listener = new TcpListener(host ?? IPAddress.Any, port);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"The port {port} is taken by another program; choose another one with {portOption}.",
                SocketError.AccessDenied => $"The port {port} may not be used by this user; choose one above 1023 with {portOption}.",
                SocketError.AddressNotAvailable => $"The address {host} is not one of this machine; choose another one with {hostOption}.",
                _ => $"The port {port} cannot be used: {e.Message}.",
            };
        }
    }

    /// <summary>
    /// Several processes can be on one machine; each listens where nobody else does. The port is bound, without listening, as long as this
    /// process lives: nobody is given it who asks the system for any port, and who asks for it by its number, as we do later, can have it
    /// (SO_REUSEADDR, which .NET sets on Unix).
    /// </summary>
    public static int ReserveFreePort(IPAddress host)
    {
        var socket = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        Held.Add(socket);
        socket.Bind(new IPEndPoint(host, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
