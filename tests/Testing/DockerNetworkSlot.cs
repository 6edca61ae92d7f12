using System.Net;

namespace AutoDeploy.Testing;

/// <summary>
/// What a private dockerd has for itself on this machine: a folder, a bridge, a range of addresses. Held by a lock on a file,
/// so that test processes can run side by side; what a killed one left behind is removed by the next that takes its slot.
/// </summary>
internal sealed class DockerNetworkSlot : IDisposable
{
    private const int Count = 128;

    private readonly FileStream _lock;
    private readonly int _number;

    private DockerNetworkSlot(FileStream @lock, int number)
    {
        _lock = @lock;
        _number = number;
        Folder = $"/tmp/autodeploy-docker-{number}";
    }

    public string Folder { get; }

    public string Bridge => $"adtest{_number}";

    /// <summary>Sixteen networks with 254 addresses each.</summary>
    public string Pool => $"10.{204 + (_number / 16)}.{_number % 16 * 16}.0/20";

    private string BridgeSubnet => $"10.203.{_number}";

    public static DockerNetworkSlot Take()
    {
        var locks = Directory.CreateDirectory("/tmp/autodeploy-docker-slots").FullName;
        for (var number = 0; number < Count; number++)
            try
            {
                var slot = new DockerNetworkSlot(
                    new FileStream(Path.Combine(locks, $"{number}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None),
                    number
                );
                slot.CleanUp();
                Directory.CreateDirectory(slot.Folder);
                UnixTools.Run("ip", "link", "add", slot.Bridge, "type", "bridge");
                UnixTools.Run("ip", "address", "add", $"{slot.BridgeSubnet}.1/24", "dev", slot.Bridge);
                UnixTools.Run("ip", "link", "set", slot.Bridge, "up");
                // the machine's own dockerd may have the kernel drop what passes between containers
                UnixTools.Run("iptables", "-w", "-I", "FORWARD", "-s", slot.Pool, "-d", slot.Pool, "-j", "ACCEPT");
                return slot;
            }
            catch (IOException)
            {
                // another test process has it
            }

        throw new InvalidOperationException($"All {Count} places for a private dockerd are taken.");
    }

    /// <summary>Removes whatever a dockerd in this slot left: processes, mounts, interfaces, firewall rules, files.</summary>
    public void CleanUp()
    {
        foreach (var process in ProcessesOf(Folder))
            UnixTools.Signal(process, UnixTools.SigKill);
        RemoveContainers();
        foreach (
            var mount in File.ReadLines("/proc/self/mounts")
                .Select(line => line.Split(' ')[1])
                .Where(path => path.StartsWith(Folder + "/", StringComparison.Ordinal))
                .Reverse()
        )
            UnixTools.Unmount(mount);
        var bridges = BridgesOf();
        foreach (var bridge in bridges)
            UnixTools.Run("ip", "link", "delete", bridge);
        RemoveRules(bridges);
        for (var attempt = 0; Directory.Exists(Folder); attempt++)
            try
            {
                Directory.Delete(Folder, recursive: true);
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(20); // a killed process still lets go
            }
    }

    public void Dispose()
    {
        CleanUp();
        _lock.Dispose();
    }

    /// <summary>The folder is part of every command line: dockerd, containerd and the shims of containers.</summary>
    private static IEnumerable<int> ProcessesOf(string folder)
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), out var id) || id == Environment.ProcessId)
                continue;
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(entry, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            var program = Path.GetFileName(line.Split('\0')[0]);
            if (
                line.Contains(folder + "/", StringComparison.Ordinal)
                && program is "dockerd" or "containerd" or "containerd-shim-runc-v2" or "containerd-shim" or "runc"
            )
                yield return id;
        }
    }

    /// <summary>Containers outlive a dockerd that was killed: they are known by their cgroups.</summary>
    private void RemoveContainers()
    {
        var containers = Path.Combine(Folder, "data", "containers");
        if (!Directory.Exists(containers))
            return;
        var ids = Directory.EnumerateDirectories(containers).Select(Path.GetFileName).ToHashSet();
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
            try
            {
                if (
                    int.TryParse(Path.GetFileName(entry), out var process)
                    && File.ReadLines(Path.Combine(entry, "cgroup")).Any(line => ids.Contains(Path.GetFileName(line)))
                )
                    UnixTools.Signal(process, UnixTools.SigKill);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // it ended meanwhile
            }

        foreach (
            var group in ids.SelectMany(id =>
                    Directory.EnumerateDirectories(
                        "/sys/fs/cgroup",
                        id!,
                        new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 }
                    )
                )
                .ToList()
        )
            try
            {
                Directory.Delete(group);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // its last process still ends: an empty group harms nobody
            }
    }

    private List<string> BridgesOf()
    {
        var pool = int.Parse(Pool.Split('.')[1]);
        var first = _number % 16 * 16;
        // .NET cannot list the interfaces while one goes; each line here is: number, interface, "inet", address/length, ...
        return
        [
            .. UnixTools
                .Run("ip", ["-oneline", "-family", "inet", "address"])
                .Split('\n')
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words =>
                    words is [_, ['b', 'r', '-', ..], _, var address, ..]
                    && IPAddress.Parse(address.Split('/')[0]).GetAddressBytes() is [10, var second, var third, _]
                    && second == pool
                    && third >= first
                    && third < first + 16
                )
                .Select(words => words[1])
                .Append(Bridge)
                .Distinct(),
        ];
    }

    private void RemoveRules(IReadOnlyCollection<string> bridges)
    {
        var table = "filter";
        foreach (var line in UnixTools.Run("iptables-save").Split('\n'))
        {
            if (line.StartsWith('*'))
                table = line[1..].Trim();
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["-A", ..] && words.Any(word => bridges.Contains(word) || word == Pool))
                UnixTools.Run("iptables", ["-w", "-t", table, "-D", .. words[1..]]);
        }
    }
}
