using System.Globalization;
using System.Net;

namespace AutoDeploy.Testing;

/// <summary>The sockets of a process through which others can come in, as Linux lists them.</summary>
public static class ListeningSockets
{
    private const string Listening = "0A";

    /// <summary>Of UDP: bound, and taking from anybody.</summary>
    private const string Unconnected = "07";

    private const uint AcceptsConnections = 0x10000;

    /// <returns>Such as <c>tcp 127.0.0.1:8080</c> and <c>unix /tmp/x.sock</c>, sorted.</returns>
    public static IReadOnlyList<string> Of(int process)
    {
        var sockets = Inodes(process);
        IEnumerable<string> all =
        [
            .. Internet(process, "tcp", Listening, sockets),
            .. Internet(process, "tcp6", Listening, sockets),
            .. Internet(process, "udp", Unconnected, sockets),
            .. Internet(process, "udp6", Unconnected, sockets),
            .. Unix(process, sockets),
        ];
        return [.. all.Order(StringComparer.Ordinal)];
    }

    private static HashSet<string> Inodes(int process)
    {
        var inodes = new HashSet<string>();
        foreach (var file in Directory.GetFiles($"/proc/{process}/fd"))
            if (new FileInfo(file).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal))
                inodes.Add(target[8..^1]);
        return inodes;
    }

    // number, local address, remote address, state, queues, timer, retransmissions, user, timeout, inode
    private static IEnumerable<string> Internet(int process, string protocol, string state, HashSet<string> sockets) =>
        from columns in Lines(process, protocol)
        where columns[3] == state && sockets.Contains(columns[9])
        select $"{protocol} {Address(columns[1])}";

    // number, references, protocol, flags, type, state, inode, path
    private static IEnumerable<string> Unix(int process, HashSet<string> sockets) =>
        from columns in Lines(process, "unix")
        where
            (uint.Parse(columns[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & AcceptsConnections) != 0
            && sockets.Contains(columns[6])
        select $"unix {columns.ElementAtOrDefault(7)}";

    private static IEnumerable<string[]> Lines(int process, string table) =>
        File.ReadLines($"/proc/{process}/net/{table}").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <param name="text">The address in words of 32 bits, each in the machine's byte order, and the port.</param>
    private static IPEndPoint Address(string text)
    {
        var (address, port) = (Convert.FromHexString(text[..text.IndexOf(':')]), text[(text.IndexOf(':') + 1)..]);
        for (var i = 0; i < address.Length; i += 4)
            Array.Reverse(address, i, 4);
        return new IPEndPoint(new IPAddress(address), int.Parse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
