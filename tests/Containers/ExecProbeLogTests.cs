using AutoDeploy.Ports;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

public sealed class ExecProbeLogTests(DockerFixture docker) : DockerTests(docker)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_command_tells_its_exit_code_and_what_it_wrote()
    {
        var web = await Docker.Serve(await CreateSpec(TestImage.Web("1")));
        var both = await Sh(web, "echo out; echo err >&2");
        Assert.Equal(0, both.ExitCode);
        // Docker promises no order
        Assert.Equal(["err", "out"], both.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal(new ExecResult(7, ""), await Sh(web, "exit 7"));
        Assert.Equal(127, (await Sh(web, "nosuchcommand")).ExitCode); // the shell's own answer
    }

    [Fact]
    public async Task A_command_that_cannot_be_run_has_failed()
    {
        var web = await Docker.Serve(await CreateSpec(TestImage.Web("1")));
        var missing = await Engine.Exec(web.Id, ["/no/such/program"], Long, None);
        Assert.Equal(-1, missing.ExitCode);
        Assert.Contains("/no/such/program", missing.Output);

        await Engine.Stop(web.Id, TimeSpan.FromSeconds(10), None);
        var stopped = await Engine.Exec(web.Id, ["true"], Long, None);
        Assert.Equal(-1, stopped.ExitCode);
        Assert.Contains("not running", stopped.Output);

        await Docker.CallDocker(HttpMethod.Delete, $"containers/{web.Id}?force=1");
        Assert.Equal(-1, (await Engine.Exec(web.Id, ["true"], Long, None)).ExitCode);
        using var restarted = Docker.NewEngine();
        Assert.Equal(-1, (await restarted.Exec(web.Id, ["true"], Long, None)).ExitCode);
    }

    [Fact]
    public async Task A_command_that_runs_over_its_time_has_failed_and_what_it_wrote_is_kept()
    {
        var web = await Docker.Serve(await CreateSpec(TestImage.Web("1")));
        for (var seconds = 1; ; seconds *= 2)
        {
            var result = await Engine.Exec(web.Id, ["/bin/sh", "-c", "echo begun; exec sleep 1000"], TimeSpan.FromSeconds(seconds), None);
            Assert.Equal(-1, result.ExitCode);
            Assert.Contains($"over its {seconds} s", result.Output);
            if (result.Output.Contains("begun", StringComparison.Ordinal))
                return;
            Assert.True(seconds < 30, "It had not begun."); // which takes time, too
        }
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_a_cancellation()
    {
        var web = await Docker.Serve(await CreateSpec(TestImage.Web("1")));
        using var cancel = new CancellationTokenSource();
        var running = Engine.Exec(web.Id, ["sleep", "1000"], TimeSpan.FromMinutes(10), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Of_a_long_output_the_beginning_is_kept_and_the_command_still_ends()
    {
        var web = await Docker.Serve(await CreateSpec(TestImage.Web("1")));
        var result = await Sh(web, "echo begin; yes | head -c 1000000");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(4096, result.Output.Length);
        Assert.StartsWith("begin\ny\n", result.Output);
    }

    [Fact]
    public async Task A_probe_by_HTTP_wants_an_answer_from_200_to_399()
    {
        var web = await Docker.Serve(await CreateSpec(TestImage.Web("1")));
        Assert.Null(await Probe(web, 8080, "/"));
        Assert.Null(await Probe(web, 8080, "index.html"));
        Assert.Null(await Probe(web, 8080, "/cgi-bin")); // 302, not followed
        Assert.Contains("404", await Probe(web, 8080, "/missing"));
        Assert.Contains("Nothing listens on port 8081", await Probe(web, 8081, "/"));
    }

    [Fact]
    public async Task A_probe_by_TCP_wants_an_open_port()
    {
        var web = await Docker.Serve(await CreateSpec(TestImage.Web("1")));
        Assert.Null(await Probe(web, 8080, null));
        Assert.Contains("Nothing listens on port 8081", await Probe(web, 8081, null));
    }

    [Fact]
    public async Task A_probe_that_gets_no_answer_in_time_says_so()
    {
        var web = TestImage.Web("1");
        var mute = await Docker.Serve(
            await CreateSpec(
                web with
                {
                    Files = new Dictionary<string, string>(web.Files) { ["www/cgi-bin/mute"] = "#!/bin/sh\nsleep 1000\n" },
                    StopSignal = "SIGKILL",
                },
                "mute"
            )
        );
        var answer = await Engine.Probe(mute.Id, new ProbeTarget(8080, "/cgi-bin/mute"), TimeSpan.FromMilliseconds(300), None);
        Assert.Contains("did not answer within 0.3 s", answer);
    }

    [Fact]
    public async Task A_probe_of_a_container_that_does_not_run_or_is_gone_fails()
    {
        var id = await Engine.Create(await CreateSpec(TestImage.Web("1")), None);
        Assert.Contains("does not run", await Engine.Probe(id, new ProbeTarget(8080, "/"), Long, None));
        await Engine.Remove(id, None);
        Assert.Contains("does not run", await Engine.Probe(id, new ProbeTarget(8080, "/"), Long, None));
    }

    [Fact]
    public async Task A_probe_of_a_container_on_the_hosts_network_asks_the_host()
    {
        var port = UnixTools.FreePort();
        var web = await Docker.Run(
            await CreateSpec(TestImage.Web("1")) with
            {
                HostNetwork = true,
                Command = ["httpd", "-f", "-p", $"127.0.0.1:{port}", "-h", "/www"],
            }
        );
        await Eventually.Until(async () => await Probe(web, port, "/") is null, "it serves on the host");
        await Engine.Stop(web.Id, TimeSpan.Zero, None);
    }

    [Fact]
    public async Task Logs_are_the_last_lines_of_output_and_errors()
    {
        // Docker reads the two streams side by side: what is to be in order waits until the one before was read
        var container = await Docker.Run(
            await CreateSpec(
                new TestImage
                {
                    Cmd =
                    [
                        "/bin/sh",
                        "-c",
                        "wait_for() { until [ -f $1 ]; do sleep 0.02; done; }; for i in 1 2 3 4; do echo out $i; echo err $i "
                            + ">&2; done; wait_for /tmp/a; "
                            + "echo out 5; wait_for /tmp/b; echo err 5 >&2; wait_for /tmp/c; printf 'no line end'",
                    ],
                },
                "talks"
            )
        );
        foreach (var (lines, next) in (IEnumerable<(int, string)>)[(8, "/tmp/a"), (9, "/tmp/b"), (10, "/tmp/c")])
        {
            await Eventually.Until(async () => (await Engine.ReadLogs(container.Id, 100, None)).Count == lines);
            await Engine.Exec(container.Id, ["touch", next], Long, None);
        }

        await Eventually.Until(async () => !(await Docker.FindContainer(container.Id)).IsUp);
        Assert.Equal(["out 5", "err 5", "no line end"], await Engine.ReadLogs(container.Id, 3, None));
        Assert.Equal(11, (await Engine.ReadLogs(container.Id, 100, None)).Count);
        Assert.Empty(await Engine.ReadLogs(container.Id, 0, None));
    }

    [Fact]
    public async Task Logs_of_a_container_with_a_terminal_are_read_as_well()
    {
        var container = await Docker.Run(
            await CreateSpec(new TestImage { Cmd = ["/bin/sh", "-c", "echo one; echo zwei ü"] }, "tty") with
            {
                Tty = true,
            }
        );
        await Eventually.Until(async () => !(await Docker.FindContainer(container.Id)).IsUp);
        Assert.Equal(["one", "zwei ü"], await Engine.ReadLogs(container.Id, 10, None));
    }

    private Task<string?> Probe(EngineContainer container, int port, string? path) =>
        Engine.Probe(container.Id, new ProbeTarget(port, path), Long, None);

    private Task<ExecResult> Sh(EngineContainer container, string command) =>
        Engine.Exec(container.Id, ["/bin/sh", "-c", command], Long, None);
}
