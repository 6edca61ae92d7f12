using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>The data of paths that an image declares with VOLUME.</summary>
[Collection(TestEnvironment.WaitingCollectionName)]
public class VolumeTests(TestEnvironment environment)
{
    [Fact]
    public async Task Declared_data_is_there_after_all_that_happens_to_a_service_and_two_containers_never_have_it_at_once()
    {
        var service = await environment.CreateRunningService("kept", image: TestImage.Locking);
        await Write("one");
        await service.Push(TestImage.Locking("v2"));
        var action = await service.WaitForDeployment(1);
        Assert.Equal(["one"], await Data());
        var log = await service.ReadLog(action);
        Assert.Contains("Old and new do not run side by side: both write to the volume autodeploy-", log, StringComparison.Ordinal);
        Assert.Matches(@"/data is on the volume autodeploy-[0-9a-f-]+, as before\.", log);

        // a version that fails leaves the one before as it was, with its data
        await service.Push(TestImage.LockingAndExiting("v3", "cannot migrate"));
        Assert.Equal("Failed", (string)(await service.WaitForJudgement(2))["state"]!);
        await service.WaitUntilServing("v2");
        Assert.Equal(["one"], await Data());

        await Begin("rollback/");
        await service.WaitUntilServing("v1");
        Assert.Equal(["one"], await Data());
        await environment.App.Call(HttpMethod.Post, $"/container/{service.Uuid}/restart-service");
        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal(["one"], await Data());

        // a version that does not declare the path keeps it for the way back
        await service.Push(TestImage.HealthyWeb("v4"));
        await service.WaitForDeployment(3);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Data());
        await Begin("rollback/");
        Assert.Equal(["one"], await Data());

        await service.Push(TestImage.Locking("v5"));
        await service.WaitForDeployment(4);
        Assert.Equal(["one"], await Data());

        // each container has data of its own, and finds it again
        await Scale(2);
        await Write("two", 2);
        await Scale(1);
        Assert.Equal(["one"], await Data());
        await Scale(2);
        Assert.Equal(["two"], await Data(2));

        await Begin("redeploy/?reuse_volumes=False");
        Assert.Empty(await Data());
        await Write("three");

        // what is left of a terminated service can be had by another one
        await service.Terminate();
        await service.WaitForEnd();
        var left = (await environment.App.Get($"/api/app/v1/volume/?service=/api/app/v1/service/{service.Uuid}/"))["objects"]!.AsArray();
        Assert.Equal([(0, 1), (0, 2), (1, 1), (1, 2)], left.Select(volume => ((int)volume!["generation"]!, (int)volume["slot"]!)).Order());
        Assert.All(left, volume => Assert.Equal("Released", (string)volume!["state"]!));
        var first = left.Single(volume => (int)volume!["slot"]! == 1 && (int)volume["generation"]! == 1)!;
        var heir = await environment.CreateRunningService(
            "heir",
            new
            {
                bindings = new[]
                {
                    new
                    {
                        volume = (string)first["name"]!,
                        container_path = "/data",
                        rewritable = true,
                    },
                },
            },
            TestImage.Locking
        );
        Assert.Equal(["three"], await Data(of: heir));
        await heir.Terminate("?volumes=true");
        await heir.WaitForEnd();
        Assert.DoesNotContain((string)first["name"]!, await environment.Cli("volume", "ls"), StringComparison.Ordinal);

        async Task Scale(int containers)
        {
            await service.Patch(new { target_num_containers = containers });
            await Begin("scale/");
        }

        async Task Begin(string verb)
        {
            await service.Post(verb);
            var action = await service.WaitForEnd();
            Assert.True((string)action["state"]! == "Success", await service.ReadLog(action));
        }

        Task<string> Exec(string command, int slot = 1, TestService? of = null) =>
            ContainerOf(of ?? service, slot)
                .ContinueWith(id => environment.Cli("exec", id.Result, "sh", "-c", command), TaskScheduler.Default)
                .Unwrap();

        Task Write(string file, int slot = 1) => Exec($"touch /data/{file}", slot);

        // neither the lock nor a note that there were two
        async Task<string[]> Data(int slot = 1, TestService? of = null) =>
            [.. (await Exec("ls /data", slot, of)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(name => name != "lock")];
    }

    [Fact]
    public async Task A_database_goes_on_with_its_data_and_never_runs_twice_on_it()
    {
        var service = await environment.CreateRunningService("postgres", image: PostgresImage.Of);
        await Query("CREATE TABLE kept (what text); INSERT INTO kept VALUES ('before the push')");
        await service.Push(PostgresImage.Of("v2"));
        await service.WaitForDeployment(1);
        Assert.Equal("before the push", await Query("SELECT what FROM kept"));
        await Query("INSERT INTO kept VALUES ('before the way back')");
        await service.Post("rollback/");
        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("before the push\nbefore the way back", await Query("SELECT what FROM kept"));
        Assert.DoesNotContain(
            "overlaps",
            await environment.Cli("exec", await ContainerOf(service, 1), "ls", PostgresImage.Home),
            StringComparison.Ordinal
        );
        await service.Terminate("?volumes=true");
        await service.WaitForEnd();

        async Task<string> Query(string sql) => (await environment.Cli("exec", await ContainerOf(service, 1), "/bin/query", sql)).Trim();
    }

    private static async Task<string> ContainerOf(TestService service, int slot) =>
        (string)(await service.ListContainers()).Single(container => (string)container["Labels"]!["autodeploy.slot"]! == $"{slot}")["Id"]!;
}
