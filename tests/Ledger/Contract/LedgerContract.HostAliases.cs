using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Host_aliases_are_found_as_they_were_page_by_page_and_can_be_removed()
    {
        HostAlias[] aliases = [.. Enumerable.Range(0, 5).Select(i => HostAlias($"a{i}") with { Created = Noon.AddSeconds(i / 2) })];
        foreach (var alias in aliases)
            Assert.Equal(AddAliasResult.Added, await Ledger.AddHostAlias(alias, Never));
        await Ledger.AddHostAlias(HostAlias("a0") with { Organization = "other" }, Never);
        await Reopen();

        var (first, second) = (await Ledger.ListHostAliases("default", 3, 0, Never), await Ledger.ListHostAliases("default", 3, 3, Never));
        Assert.Equal((5, 5), (first.Total, second.Total));
        Assert.Equal(aliases.Reverse(), first.Items.Concat(second.Items));
        Assert.Equal(aliases[0], await Ledger.FindHostAlias(aliases[0].Uuid, Never));

        Assert.True(await Ledger.RemoveHostAlias(aliases[0].Uuid, Never));
        Assert.False(await Ledger.RemoveHostAlias(aliases[0].Uuid, Never));
        Assert.Null(await Ledger.FindHostAlias(aliases[0].Uuid, Never));
        Assert.Equal(AddAliasResult.Added, await Ledger.AddHostAlias(HostAlias("a0", "another"), Never));
    }

    [Fact]
    public async Task An_alias_means_one_host_in_an_organization()
    {
        var alias = HostAlias("a", "b");
        await Ledger.AddHostAlias(alias, Never);

        Assert.Equal(AddAliasResult.Known, await Ledger.AddHostAlias(HostAlias("a", "b"), Never));
        Assert.Equal(AddAliasResult.Known, await Ledger.AddHostAlias(HostAlias("a", "c"), Never));
        Assert.Equal(AddAliasResult.Added, await Ledger.AddHostAlias(HostAlias("a", "c") with { Organization = "other" }, Never));

        Assert.Equal([alias], (await Ledger.ListHostAliases("default", 10, 0, Never)).Items);
    }

    [Fact]
    public async Task Aliases_make_chains_and_no_circles()
    {
        Assert.Equal(AddAliasResult.Circular, await Ledger.AddHostAlias(HostAlias("a", "a"), Never));
        Assert.Equal(AddAliasResult.Added, await Ledger.AddHostAlias(HostAlias("a", "b"), Never));
        Assert.Equal(AddAliasResult.Circular, await Ledger.AddHostAlias(HostAlias("b", "a"), Never));
        Assert.Equal(AddAliasResult.Added, await Ledger.AddHostAlias(HostAlias("b", "c"), Never));
        Assert.Equal(AddAliasResult.Circular, await Ledger.AddHostAlias(HostAlias("c", "a"), Never));
        // of another organization they are no link
        Assert.Equal(AddAliasResult.Added, await Ledger.AddHostAlias(HostAlias("c", "a") with { Organization = "other" }, Never));
        Assert.Equal(AddAliasResult.Added, await Ledger.AddHostAlias(HostAlias("c", "d"), Never));

        Assert.Equal(3, (await Ledger.ListHostAliases("default", 10, 0, Never)).Total);
    }

    [Fact]
    public async Task Callers_that_would_close_a_circle_together_do_not()
    {
        var outcomes = await Task.WhenAll(
            new[] { ("a", "b"), ("b", "c"), ("c", "a") }.Select(pair =>
                Task.Run(() => Ledger.AddHostAlias(HostAlias(pair.Item1, pair.Item2), Never))
            )
        );

        Assert.Single(outcomes, AddAliasResult.Circular);
    }
}
