using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace AutoDeploy.Testing;

/// <summary>
/// A way to a PostgreSQL server on which it tells that it is of another version: in the parameter <c>server_version</c> that a server
/// reports
/// when somebody connects (PostgreSQL, Frontend/Backend Protocol, ParameterStatus).
/// </summary>
public sealed class OldVersionPostgresProxy : IDisposable
{
    private static readonly byte[] Parameter = Encoding.ASCII.GetBytes("server_version\0");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _port;
    private readonly byte[] _version;

    /// <param name="port">Of the server.</param>
    /// <param name="version">As many characters as the true one begins with, e.g. 12.</param>
    public OldVersionPostgresProxy(int port, string version)
    {
        _port = port;
        _version = Encoding.ASCII.GetBytes(version);
        _listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string ConnectionString(string original) => new NpgsqlConnectionStringBuilder(original) { Port = Port }.ConnectionString;

    public void Dispose() => _listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Pass(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the test is through
        }
    }

    private async Task Pass(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (client)
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _port);
                await Task.WhenAny(Copy(client, server, change: false), Copy(server, client, change: true));
            }
            catch (SocketException)
            {
                // one side is through
            }
    }

    private async Task Copy(Socket from, Socket to, bool change)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer) is > 0 and var count)
        {
            var at = change ? buffer.AsSpan(0, count).IndexOf(Parameter) : -1;
            if (at >= 0)
                _version.CopyTo(buffer, at + Parameter.Length);
            await to.SendAsync(buffer.AsMemory(0, count));
        }
    }
}
