using AutoDeploy.Ports;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDeploy.Containers.Tests;

/// <summary>Whether a container is ours: what it says of itself is no proof.</summary>
public sealed class OwnContainersTests
{
    private const string Id = "0123456789ab";

    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(n => (byte)n)];

    private readonly MemoryContainerLedger _ledger = new(Key);
    private readonly ContainerSpec _spec = new()
    {
        Name = "shop-1-" + DeploymentId.ToString()[..8],
        Image = "docker.io/acme/shop@sha256:" + new string('a', 64),
        Labels = new ContainerLabels
        {
            ServiceId = Guid.NewGuid(),
            DeploymentId = DeploymentId,
            ContainerId = Guid.NewGuid(),
            Slot = 1,
            Image = "docker.io/acme/shop:latest",
            Digest = "sha256:" + new string('a', 64),
        },
        Links = [KeyValuePair.Create("db", "postgres")],
    };

    private static Guid DeploymentId { get; } = Guid.NewGuid();

    [Fact]
    public async Task What_was_signed_is_ours_under_the_names_that_a_deployment_gives_it()
    {
        var labels = Signed();
        foreach (var name in (string[])["shop-2", "jolly_wing", "shop", _spec.Name + "-x"])
            Assert.False(await Has(name, labels), name);
        Assert.True(
            await Has(_spec.Name, Signed(_spec with { Links = [], Labels = _spec.Labels with { Commit = new string('c', 40), Slot = 0 } }))
        );
        foreach (var name in (string[])[_spec.Name, "shop-1"])
        {
            await _ledger.ForgetContainer("here", Id, default);
            Assert.True(await Has(name, labels), name);
        }
    }

    [Fact]
    public async Task Labels_without_a_signature_or_with_another_ones_are_nothing()
    {
        var labels = Signed();
        foreach (var name in labels.Keys.Where(name => name != ContainerLabelNames.Build))
        {
            Assert.False(await Has(_spec.Name, new Dictionary<string, string>(labels.Where(label => label.Key != name))), name);
            var changed =
                name is ContainerLabelNames.Service or ContainerLabelNames.Deployment or ContainerLabelNames.Container
                    ? Guid.NewGuid().ToString()
                : name == ContainerLabelNames.Slot ? "2"
                : name == ContainerLabelNames.Digest ? "sha256:" + new string('b', 64)
                : "other";
            Assert.False(await Has(_spec.Name, new Dictionary<string, string>(labels) { [name] = changed }), name);
        }

        Assert.False(await Has(_spec.Name, null));
        var stranger = ContainerLabelNames.Write(_spec, new MemoryContainerLedger().SignContainer);
        Assert.False(await Has(_spec.Name, stranger));
    }

    [Fact]
    public async Task What_is_on_record_is_ours_whatever_its_name()
    {
        var labels = Signed();
        labels.Remove(ContainerLabelNames.Signature);
        await _ledger.RecordContainer("here", Id, _spec.Labels.ServiceId, default);

        Assert.True(await Has("renamed", labels));
        Assert.False(await Has("renamed", labels, engine: "there"));
    }

    [Fact]
    public async Task What_was_signed_is_on_record_once_it_has_been_seen()
    {
        Assert.True(await Has(_spec.Name, Signed()));

        Assert.Equal([Id], _ledger.Known);
        Assert.True(await Has("renamed", Signed()));
    }

    [Fact]
    public async Task What_is_gone_is_not_put_on_record()
    {
        Assert.True(await new OwnContainers("here", _ledger, NullLogger.Instance).Has(Id, _spec.Name, Signed(), isThere: false, default));
        Assert.Empty(_ledger.Known);
    }

    [Fact]
    public async Task A_container_of_an_earlier_versions_deployment_is_taken_over_by_its_name()
    {
        var labels = Signed();
        labels.Remove(ContainerLabelNames.Signature);
        labels.Remove(ContainerLabelNames.Name);
        Assert.False(await Has(_spec.Name, labels));

        _ledger.Unsigned[(_spec.Labels.ServiceId, DeploymentId)] = "shop";
        Assert.False(await Has("jolly_wing", labels)); // as a build's container
        Assert.False(await Has(_spec.Name, new Dictionary<string, string>(labels) { [ContainerLabelNames.Signature] = "" }));
        Assert.True(await Has(_spec.Name, labels));
        Assert.Equal([Id], _ledger.Known);
        Assert.True(await Has("shop-1", labels));
    }

    [Theory]
    [InlineData("shop-pre-", true)]
    [InlineData("shop-post-", true)]
    [InlineData("shop-other-", false)]
    public async Task So_is_one_that_runs_a_command(string name, bool isOwn)
    {
        var labels = Signed(_spec with { Labels = _spec.Labels with { Slot = 0 } });
        labels.Remove(ContainerLabelNames.Signature);
        _ledger.Unsigned[(_spec.Labels.ServiceId, DeploymentId)] = "shop";

        Assert.Equal(isOwn, await Has(name + DeploymentId.ToString()[..8], labels));
    }

    [Fact]
    public void All_labels_are_written_so_that_none_is_inherited_from_the_image()
    {
        string[] all =
        [
            "autodeploy.build",
            "autodeploy.commit",
            "autodeploy.container",
            "autodeploy.deployment",
            "autodeploy.digest",
            "autodeploy.image",
            "autodeploy.links",
            "autodeploy.name",
            "autodeploy.service",
            "autodeploy.signature",
            "autodeploy.slot",
        ];
        Assert.Equal(all, Signed(_spec with { Links = [] }).Keys.Order(StringComparer.Ordinal));
        var image = ContainerLabelNames.WriteImage(new Dictionary<string, string> { ["other"] = "kept" }, "key");
        Assert.Equal([.. all, "other"], image.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["kept", "key"], image.Values.Where(value => value.Length > 0).Order(StringComparer.Ordinal));
        Assert.Null(ContainerLabelNames.Read(image));
    }

    private Dictionary<string, string> Signed(ContainerSpec? spec = null) =>
        ContainerLabelNames.Write(spec ?? _spec, _ledger.SignContainer);

    /// <summary>As a process that has just started sees it.</summary>
    private Task<bool> Has(string name, Dictionary<string, string>? labels, string engine = "here") =>
        new OwnContainers(engine, _ledger, NullLogger.Instance).Has(Id, name, labels, isThere: true, default);
}
