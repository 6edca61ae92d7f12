namespace AutoDeploy.Testing;

/// <summary>A client in a container on the services' network, which asks services by their names in a loop.</summary>
public sealed class LoopingClient
{
    private readonly DockerDaemon _docker;
    private readonly string _id;

    private LoopingClient(DockerDaemon docker, string id)
    {
        _docker = docker;
        _id = id;
    }

    /// <param name="docker">Has the network already.</param>
    /// <param name="image">With busybox in it.</param>
    /// <param name="names">Asked one after the other at port 8080.</param>
    /// <param name="pause">Between two rounds of asking, in seconds.</param>
    public static async Task<LoopingClient> Start(DockerDaemon docker, string image, IReadOnlyList<string> names, string pause = "0")
    {
        // dockerd knows no container's name while it is down: the client, which is started again with it, begins anew
        var script = $$"""
            trap 'echo asked $n failed $f; exit' TERM
            n=0; f=0
            while true; do
              for name in {{string.Join(' ', names)}}; do
                n=$((n+1)); {{UptimeClock.Shell}}; begun=$t
                timeout 5 wget -q -O /dev/null http://$name:8080/ || { f=$((f+1)); {{UptimeClock.Shell}}; echo failed $name $begun $t; }
              done
              [ $((n % 50)) -lt {{names.Count}} ] && echo asked $n failed $f
              [ {{pause}} = 0 ] || sleep {{pause}}
            done
            """;
        return new LoopingClient(
            docker,
            await docker.Cli("run", "-d", "--restart", "unless-stopped", "--network", "autodeploy", image, "sh", "-c", script)
        );
    }

    /// <summary>The requests without an answer that it has written down since it was made.</summary>
    public async Task<IReadOnlyList<FailedRequest>> ListFailed() =>
        [
            .. (await _docker.Cli("logs", _id))
                .Split('\n')
                .Select(line => line.Split(' '))
                .Where(words => words is ["failed", _, _, _])
                .Select(words => new FailedRequest(words[1], UptimeClock.Read(words[2]), UptimeClock.Read(words[3]))),
        ];

    /// <summary>Ends it; answers how often it asked and how often it failed.</summary>
    public async Task<(int Asked, int Failed)> Stop()
    {
        await _docker.Cli("stop", "-t", "30", _id);
        var last = (await _docker.Cli("logs", _id)).Split('\n')[^1].Split(' ');
        await _docker.Cli("rm", "-f", _id);
        return (
            int.Parse(last[1], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(last[3], System.Globalization.CultureInfo.InvariantCulture)
        );
    }
}
