using AutoDeploy.Ports;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

public sealed class ExposeTests(DockerFixture docker) : DockerTests(docker)
{
    /// <summary>
    /// What a deployment waits between taking the names and stopping. A client that asked for the name a moment before may have knocked
    /// while
    /// the container was off the network; its TCP knocks again after one second.
    /// </summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Clients_of_the_alias_see_no_failure_during_ten_redeploys()
    {
        var client = await Client();
        var old = await Serve("0");
        await Engine.Expose(old.Id, [Alias], None);
        var loops = Enumerable.Range(1, 3).Select(loop => Sh(client, Asking(loop))).ToList();

        var retired = new List<Task>();
        for (var version = 1; version <= 10; version++)
        {
            var next = await Serve($"{version}");
            await Engine.Expose(next.Id, [Alias], None);
            await Engine.Withdraw(old.Id, [Alias], None);
            retired.Add(Retire(old, await Asked()));
            await Eventually.Until(
                async () => (await Sh(client, "cat /tmp/last-1")).Output.Trim() == $"{version}",
                "clients reach the new container"
            );
            old = next;
        }

        await Task.WhenAll(retired);
        await Sh(client, "touch /tmp/stop");
        foreach (var loop in loops)
            Assert.EndsWith("failed 0", (await loop).Output.Trim());

        // what a client does: it asks again and again until told to stop, and counts how often that failed
        string Asking(int loop) =>
            $$"""
                n=0; failed=0
                while [ ! -f /tmp/stop ]; do
                  n=$((n + 1))
                  wget -q -O /tmp/answer-{{loop}} http://{{Alias}}:8080/ 2> /tmp/error-{{loop}} ||
                    { failed=$((failed + 1)); cat /tmp/error-{{loop}}; }
                  cat /tmp/answer-{{loop}} > /tmp/last-{{loop}}
                  echo $n > /tmp/asked-{{loop}}
                done
                echo "requests $n failed $failed"
                """;

        async Task<List<int>> Asked() =>
            [
                .. (await Sh(client, "cat /tmp/asked-1 /tmp/asked-2 /tmp/asked-3"))
                    .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(int.Parse),
            ];

        // whoever knocked while it was off the network is through by then, however slow this machine is
        async Task Retire(EngineContainer container, List<int> before)
        {
            await Task.Delay(Drain);
            await Eventually.Until(
                async () => before.Zip(await Asked()).All(pair => pair.Second >= pair.First + 2),
                "all requests are new ones"
            );
            await End(container);
        }
    }

    [Fact]
    public async Task A_download_in_flight_ends_well_while_its_container_is_replaced()
    {
        var client = await Client();
        var old = await Serve("old");
        await Engine.Expose(old.Id, [Alias], None);
        var download = Sh(client, $"echo > /tmp/begun; wget -q -O /tmp/all http://{Alias}:8080/cgi-bin/slow?4 && tail -n 1 /tmp/all");
        await Eventually.Until(
            async () => (await Sh(client, "grep -c line /tmp/all 2> /dev/null")).Output.Trim() is not ("" or "0"),
            "the download has begun"
        );

        var next = await Serve("new");
        await Engine.Expose(next.Id, [Alias], None);
        await Engine.Withdraw(old.Id, [Alias], None);
        await Task.Delay(Drain);
        await End(old);

        Assert.Equal("END", (await download).Output.Trim());
    }

    [Fact]
    public async Task Names_lead_to_a_container_after_Expose_and_no_more_after_Withdraw()
    {
        var client = await Client();
        var web = await Serve("1");
        Assert.Empty(web.Aliases);

        await Engine.Expose(web.Id, [Alias, Alias + "-too"], None);
        Assert.Equal([Alias, Alias + "-too"], (await Docker.FindContainer(web.Id)).Aliases);
        Assert.Equal("1", (await Sh(client, $"wget -q -O - http://{Alias}-too:8080/")).Output.Trim());

        await Engine.Withdraw(web.Id, [Alias], None);
        Assert.Equal([Alias + "-too"], (await Docker.FindContainer(web.Id)).Aliases);
        // a name that Docker does not know is asked for elsewhere, which takes its time
        Assert.NotEqual(0, (await Sh(client, $"timeout 2 wget -q -O - http://{Alias}:8080/")).ExitCode);
        Assert.Equal("1", (await Sh(client, $"wget -q -O - http://{Alias}-too:8080/")).Output.Trim());
    }

    [Fact]
    public async Task A_container_keeps_its_address_through_Expose_and_Withdraw()
    {
        var web = await Serve("1");
        var mac = await Mac(web.Id);
        await Engine.Expose(web.Id, [Alias], None);
        Assert.Equal(web.Address, (await Docker.FindContainer(web.Id)).Address);
        await Engine.Withdraw(web.Id, [Alias], None);
        Assert.Equal(web.Address, (await Docker.FindContainer(web.Id)).Address);
        Assert.Equal(mac, await Mac(web.Id));

        async Task<string> Mac(string id) =>
            System.Text.Json.Nodes.JsonNode.Parse(await Docker.CallDocker(HttpMethod.Get, $"containers/{id}/json"))!["NetworkSettings"]![
                "Networks"
            ]!["autodeploy"]!["MacAddress"]!.GetValue<string>();
    }

    [Fact]
    public async Task Expose_and_Withdraw_do_nothing_the_second_time()
    {
        var web = await Serve("1");
        await Engine.Expose(web.Id, [Alias], None);
        var place = await Endpoint(web.Id);
        await Engine.Expose(web.Id, [Alias], None);
        Assert.Equal(place, await Endpoint(web.Id));

        await Engine.Withdraw(web.Id, [Alias], None);
        place = await Endpoint(web.Id);
        await Engine.Withdraw(web.Id, [Alias], None);
        Assert.Equal(place, await Endpoint(web.Id));
    }

    [Fact]
    public async Task A_move_that_was_cut_off_is_finished_by_the_next_with_the_same_address_and_links()
    {
        var target = await Serve("target");
        await Engine.Expose(target.Id, [Alias], None);
        var spec = await CreateSpec(TestImage.Web("1"), "1") with { Links = [KeyValuePair.Create("partner", Alias)] };
        var web = await Docker.Serve(spec);
        await Docker.CallDocker(HttpMethod.Post, "networks/autodeploy/disconnect", $$"""{"Container":"{{web.Id}}"}""");
        Assert.Null((await Docker.FindContainer(web.Id)).Address);

        using var restarted = Docker.NewEngine();
        await restarted.Expose(web.Id, [Alias + "-2"], None);
        var mended = await Docker.FindContainer(web.Id);
        Assert.Equal(web.Address, mended.Address);
        Assert.Equal([Alias + "-2"], mended.Aliases);
        Assert.Equal("target", (await Sh(mended, "wget -q -O - http://partner:8080/")).Output.Trim());

        await Docker.CallDocker(HttpMethod.Post, "networks/autodeploy/disconnect", $$"""{"Container":"{{web.Id}}"}""");
        await restarted.Withdraw(web.Id, [Alias + "-2"], None);
        Assert.Equal(web.Address, (await Docker.FindContainer(web.Id)).Address);
    }

    [Fact]
    public async Task An_address_that_somebody_took_meanwhile_is_replaced_by_another()
    {
        var web = await Serve("1");
        await Docker.CallDocker(HttpMethod.Post, "networks/autodeploy/disconnect", $$"""{"Container":"{{web.Id}}"}""");
        var thief = await Serve("2");
        await Docker.CallDocker(HttpMethod.Post, "networks/autodeploy/disconnect", $$"""{"Container":"{{thief.Id}}"}""");
        await Docker.CallDocker(
            HttpMethod.Post,
            "networks/autodeploy/connect",
            $$"""{"Container":"{{thief.Id}}","EndpointConfig":{"IPAMConfig":{"IPv4Address":"{{web.Address}}"} } }"""
        );

        await Engine.Expose(web.Id, [Alias], None);
        var moved = await Docker.FindContainer(web.Id);
        Assert.NotNull(moved.Address);
        Assert.NotEqual(web.Address, moved.Address);
        Assert.Null(await Engine.Probe(web.Id, new ProbeTarget(8080, "/"), TimeSpan.FromSeconds(5), None));
    }

    [Fact]
    public async Task A_stopped_container_whose_address_was_taken_starts_with_another()
    {
        var web = await Serve("1");
        await Engine.Stop(web.Id, TimeSpan.FromSeconds(10), None);
        var thief = await Serve("2");
        await Docker.CallDocker(HttpMethod.Post, "networks/autodeploy/disconnect", $$"""{"Container":"{{thief.Id}}"}""");
        await Docker.CallDocker(
            HttpMethod.Post,
            "networks/autodeploy/connect",
            $$"""{"Container":"{{thief.Id}}","EndpointConfig":{"IPAMConfig":{"IPv4Address":"{{web.Address}}"} } }"""
        );

        await Engine.Start(web.Id, None);
        var started = await Docker.FindContainer(web.Id);
        Assert.True(started.IsUp);
        Assert.NotEqual(web.Address, started.Address);
    }

    [Fact]
    public async Task A_link_follows_its_name_from_container_to_container()
    {
        var first = await Serve("first");
        await Engine.Expose(first.Id, [Alias], None);
        var client = await Docker.Run(await CreateSpec(Idle, "client") with { Links = [KeyValuePair.Create("db", Alias)] });
        Assert.Equal("first", (await Sh(client, "wget -q -O - http://db:8080/")).Output.Trim());

        var second = await Serve("second");
        await Engine.Expose(second.Id, [Alias], None);
        await Engine.Withdraw(first.Id, [Alias], None);
        Assert.Equal("second", (await Sh(client, "wget -q -O - http://db:8080/")).Output.Trim());

        // its own move does not cost it its links
        await Engine.Expose(client.Id, [Alias + "-client"], None);
        Assert.Equal("second", (await Sh(client, "wget -q -O - http://db:8080/")).Output.Trim());
    }

    [Fact]
    public async Task A_container_on_the_hosts_network_is_left_as_it_is()
    {
        var container = await Docker.Run(await CreateSpec(Idle, "client") with { HostNetwork = true });
        await Engine.Expose(container.Id, [Alias], None);
        await Engine.Withdraw(container.Id, [Alias], None);
        var after = await Docker.FindContainer(container.Id);
        Assert.Null(after.Address);
        Assert.Empty(after.Aliases);
    }

    [Fact]
    public async Task A_port_that_Docker_chose_stays_the_same_through_Expose_and_Withdraw()
    {
        var web = await Docker.Serve(await CreateSpec(TestImage.Web("1"), "1") with { Ports = [new PortSpec("tcp", 8080, true, null)] });
        var port = Assert.Single(web.Ports);
        using var http = new HttpClient();
        Assert.Equal("1", await http.GetStringAsync($"http://127.0.0.1:{port.OuterPort}/"));

        await Engine.Expose(web.Id, [Alias], None);
        Assert.Equal(port, Assert.Single((await Docker.FindContainer(web.Id)).Ports));
        Assert.Equal("1", await http.GetStringAsync($"http://127.0.0.1:{port.OuterPort}/"));

        await Engine.Withdraw(web.Id, [Alias], None);
        Assert.Equal(port, Assert.Single((await Docker.FindContainer(web.Id)).Ports));
        Assert.Equal("1", await http.GetStringAsync($"http://127.0.0.1:{port.OuterPort}/"));
    }

    private static TestImage Idle => new() { Cmd = ["sleep", "100000"], StopSignal = "SIGKILL" };

    private async Task<EngineContainer> Client() => await Docker.Run(await CreateSpec(Idle, "client"));

    private async Task<EngineContainer> Serve(string version) => await Docker.Serve(await CreateSpec(TestImage.Web(version), version));

    private async Task End(EngineContainer old)
    {
        await Engine.Stop(old.Id, TimeSpan.FromSeconds(10), None);
        await Engine.Remove(old.Id, None);
    }

    private Task<ExecResult> Sh(EngineContainer container, string command) =>
        Engine.Exec(container.Id, ["/bin/sh", "-c", command], TimeSpan.FromMinutes(5), None);

    private async Task<string> Endpoint(string id) =>
        System.Text.Json.Nodes.JsonNode.Parse(await Docker.CallDocker(HttpMethod.Get, $"containers/{id}/json"))!["NetworkSettings"]![
            "Networks"
        ]!["autodeploy"]!["EndpointID"]!.GetValue<string>();
}
