using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AutoDeploy.Hosting.Configuration;

/// <summary>Checks whether a port is free before anything is started.</summary>
public static class PortProbe
{
    private static readonly ConcurrentBag<Socket> Held = [];

    /// <summary>Null if the port is free; otherwise the reason.</summary>
    /// <param name="host">Null: on all addresses.</param>
    /// <param name="port">0 is always free.</param>
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
    /// Reserves a free port for this process: it is bound, without listening, until the process ends. The system then gives it to nobody
    /// who asks for any port, but we can still listen on it by its number (SO_REUSEADDR, which .NET sets on Unix).
    /// </summary>
    public static int ReserveFreePort(IPAddress host)
    {
        var socket = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        Held.Add(socket);
        socket.Bind(new IPEndPoint(host, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
