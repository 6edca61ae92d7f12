using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Containers_are_known_by_engine_and_id_until_they_are_forgotten()
    {
        var service = Service();
        await Ledger.AddService(service, Never);
        foreach (var id in (string[])["a", "a", "b", "c"])
            await Ledger.RecordContainer("west", id, service.Uuid, Never);
        await Ledger.RecordContainer("west", "other", Guid.NewGuid(), Never);
        await Reopen();
        Assert.Equal("a b c other", await Known("west"));
        Assert.Equal("", await Known("east"));

        await Ledger.ForgetContainer("east", "a", Never);
        await Ledger.ForgetContainer("west", "a", Never);
        await Ledger.ForgetContainer("west", "a", Never);
        Assert.Equal("b c other", await Known("west"));

        await Ledger.RemoveService(service.Uuid, Never);
        Assert.Equal("other", await Known("west"));

        async Task<string> Known(string engine)
        {
            var known = new List<string>();
            foreach (var id in (string[])["a", "b", "c", "other"])
                if (await Ledger.KnowsContainer(engine, id, Never))
                    known.Add(id);
            return string.Join(' ', known);
        }
    }

    [Fact]
    public async Task Containers_that_are_gone_are_forgotten_but_none_that_came_meanwhile()
    {
        foreach (var (engine, id) in ((string, string)[])[("west", "there"), ("west", "gone"), ("east", "gone")])
            await Ledger.RecordContainer(engine, id, Guid.NewGuid(), Never);
        Time.Advance(TimeSpan.FromSeconds(1));
        await Ledger.RecordContainer("west", "new", Guid.NewGuid(), Never);

        await Ledger.ForgetContainersExcept("west", ["there"], Time.GetUtcNow(), Never);

        Assert.True(await Ledger.KnowsContainer("west", "there", Never));
        Assert.True(await Ledger.KnowsContainer("west", "new", Never));
        Assert.True(await Ledger.KnowsContainer("east", "gone", Never));
        Assert.False(await Ledger.KnowsContainer("west", "gone", Never));
    }

    [Fact]
    public async Task Signatures_are_the_same_after_a_restart_and_differ_by_what_is_signed()
    {
        var signature = Ledger.SignContainer("a");
        await Reopen();
        Assert.Equal(signature, Ledger.SignContainer("a"));
        Assert.NotEqual(signature, Ledger.SignContainer("b"));
        Assert.Equal(64, signature.Length);
    }

    [Fact]
    public async Task A_deployment_that_begins_now_signs_its_containers()
    {
        var service = Service();
        await Ledger.AddService(service, Never);
        var deployment = Deployment(service.Uuid);
        await Ledger.AddDeployment(deployment, Never);

        Assert.Null(await Ledger.FindUnsignedDeployment(service.Uuid, deployment.Uuid, Never));
        await Ledger.Acquire(deployment.Uuid, Never);
        await Ledger.Acquire(deployment.Uuid, Never);
        Assert.Null(await Ledger.FindUnsignedDeployment(service.Uuid, deployment.Uuid, Never));
    }

    [Fact]
    public async Task Builds_are_found_by_engine_and_key_the_last_one()
    {
        await Ledger.RecordBuild("west", "one", "sha256:1", Never);
        await Ledger.RecordBuild("west", "one", "sha256:2", Never);
        await Ledger.RecordBuild("west", "two", "sha256:2", Never);
        await Ledger.RecordBuild("east", "one", "sha256:3", Never);
        await Reopen();

        Assert.Equal("sha256:2", await Ledger.FindBuild("west", "one", Never));
        Assert.Equal("sha256:3", await Ledger.FindBuild("east", "one", Never));
        Assert.Null(await Ledger.FindBuild("east", "two", Never));

        await Ledger.ForgetBuild("west", "sha256:2", Never);
        Assert.Null(await Ledger.FindBuild("west", "one", Never));
        Assert.Null(await Ledger.FindBuild("west", "two", Never));

        await Ledger.Trim(Time.GetUtcNow(), 10, Never);
        Assert.NotNull(await Ledger.FindBuild("east", "one", Never));
        await Ledger.Trim(Time.GetUtcNow().AddTicks(1), 10, Never);
        Assert.Null(await Ledger.FindBuild("east", "one", Never));
    }
}
