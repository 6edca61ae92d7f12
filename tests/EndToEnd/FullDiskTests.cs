using System.Net;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Disks get full: the engine's, or that of our data.</summary>
[Collection(nameof(TestEnvironment))]
public class FullDiskTests(TestEnvironment environment)
{
    [Fact]
    public async Task A_push_that_cannot_be_kept_is_refused_for_now_and_taken_when_it_can()
    {
        using var disk = new SmallDisk(Directory.CreateTempSubdirectory("autodeploy-test-").FullName, megabytes: 32);
        await using var app = await AutoDeployProcess.Start(environment.Docker.Host, disk.Folder);
        var hook = new Uri((string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "image" }))["url"]!).PathAndQuery;
        disk.Fill();

        // what the ledger has taken of the disk before may do for a while
        var refused = await Eventually.UntilFound(async () =>
            await Push() is (not HttpStatusCode.Accepted, _) answer ? $"{answer.Status} {answer.Body}" : null
        );
        Assert.StartsWith("ServiceUnavailable", refused, StringComparison.Ordinal);
        Assert.Contains("Try again later", refused, StringComparison.Ordinal);

        disk.Free();
        Assert.Equal(HttpStatusCode.Accepted, (await Push()).Status);

        Task<(HttpStatusCode Status, JsonNode Body)> Push() =>
            app.Send(HttpMethod.Post, hook, new { image = "registry.example.com/acme/kept:1", pusher = new string('x', 500) });
    }

    [Fact]
    public async Task What_cannot_be_taken_back_while_the_disk_is_full_is_taken_back_when_it_is_not()
    {
        await using var docker = await DockerDaemon.Start(megabytes: 300);
        await using var app = await AutoDeployProcess.Start(docker.Host);
        var name = TestEnvironment.CreateName("fulldisk");
        await TestImage.HealthyWeb("v1").Push(environment.QuietRegistry, name, "latest");
        var created = await app.Call(
            HttpMethod.Post,
            "/api/app/v1/service/?start=true",
            new
            {
                name,
                image = $"{environment.QuietRegistry.Host}/{name}:latest",
                target_num_containers = 2,
            }
        );
        var path = (string)created["resource_uri"]!;
        await Eventually.Until(async () => (string)(await app.Get(path))["state"]! == "Running");
        var before = await Ids();

        // the first new container is proven and has the name; then the disk is full, and the second one ends
        await TestImage.HealthyOnFile("v2").Push(environment.QuietRegistry, name, "latest");
        await app.Call(HttpMethod.Post, path + "redeploy/");
        var first = await New(1);
        await docker.Cli("exec", first, "touch", "/tmp/healthy");
        var second = await New(2);
        await Eventually.Until(async () => (await Log()).Contains("Switched", StringComparison.Ordinal));
        docker.Disk!.Fill();
        await docker.Cli("kill", second);
        await Eventually.Until(async () => (await Log()).Contains("Trying again", StringComparison.Ordinal));
        docker.Disk.Free();

        await Eventually.Until(async () => (string)(await Action())["state"]! == "Failed");
        Assert.Contains("exited with code", (string)(await Action())["result"]!, StringComparison.Ordinal);
        Assert.Equal(before, await Ids());
        Assert.Equal("Running", (string)(await app.Get(path))["state"]!);

        async Task<List<JsonNode>> Containers() =>
            [
                .. JsonNode
                    .Parse(await docker.Http.GetStringAsync(new Uri("v1.41/containers/json?all=1", UriKind.Relative)))!
                    .AsArray()
                    .Select(c => c!),
            ];
        async Task<List<string>> Ids() => [.. (await Containers()).Select(c => (string)c["Id"]!).Order(StringComparer.Ordinal)];
        async Task<JsonNode> Action() => (await app.Get($"/api/audit/v1/action/?object={Uri.EscapeDataString(path)}"))["objects"]![0]!;
        async Task<string> Log() =>
            await app.Http.GetStringAsync(new Uri((string)(await Action())["resource_uri"]! + "log/", UriKind.Relative));
        Task<string> New(int slot) =>
            Eventually.UntilFound(
                async () =>
                    (string?)
                        (await Containers())
                            .FirstOrDefault(c =>
                                !before.Contains((string)c["Id"]!)
                                && (string)c["State"]! == "running"
                                && (string)c["Labels"]!["autodeploy.slot"]! == $"{slot}"
                            )
                            ?["Id"],
                $"a new container in slot {slot}"
            );
    }
}
