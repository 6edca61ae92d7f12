using System.Globalization;
using System.Net;
using AutoDeploy.Ledger;
using AutoDeploy.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace AutoDeploy.Cluster.Tests;

/// <summary>Orleans' own provider on our tables keeps Orleans' promises.</summary>
public sealed class MembershipTableTests(ApiProgramTests.Server server) : IClassFixture<ApiProgramTests.Server>
{
    [Fact]
    public async Task Silos_are_added_changed_and_found()
    {
        var table = await Open("one");
        var empty = await table.ReadAllAsync();
        Assert.Equal((0, 0), (empty.Members.Count, empty.Version.Version));

        var first = Silo(1);
        Assert.True(await table.InsertRowAsync(first, empty.Version.Next()));
        Assert.False(await table.InsertRowAsync(Silo(2), empty.Version.Next()));
        var one = await table.ReadAllAsync();
        Assert.False(await table.InsertRowAsync(first, one.Version.Next()));
        Assert.Equal((1, 1), (one.Members.Count, one.Version.Version));

        var seen = one.Members[0].Item1;
        Assert.Equal(
            (first.SiloAddress, first.SiloName, first.HostName, first.Status, first.ProxyPort, first.StartTime, first.IAmAliveTime),
            (seen.SiloAddress, seen.SiloName, seen.HostName, seen.Status, seen.ProxyPort, seen.StartTime, seen.IAmAliveTime)
        );

        first.Status = SiloStatus.Active;
        first.AddSuspector(Silo(2).SiloAddress, first.StartTime);
        Assert.False(await table.UpdateRowAsync(first, one.Members[0].Item2, empty.Version.Next()));
        Assert.True(await table.UpdateRowAsync(first, one.Members[0].Item2, one.Version.Next()));
        Assert.False(await table.UpdateRowAsync(Silo(3), one.Members[0].Item2, (await table.ReadAllAsync()).Version.Next()));
        first.IAmAliveTime = first.IAmAliveTime.AddSeconds(5);
        await table.UpdateIAmAliveAsync(first);
        var row = await table.ReadRowAsync(first.SiloAddress);
        Assert.Equal(
            (2, SiloStatus.Active, first.IAmAliveTime),
            (row.Version.Version, row.Members[0].Item1.Status, row.Members[0].Item1.IAmAliveTime)
        );
        Assert.Equal(Silo(2).SiloAddress, Assert.Single(row.Members[0].Item1.SuspectTimes!).Item1);
        var none = await table.ReadRowAsync(Silo(4).SiloAddress);
        Assert.Equal((0, 2), (none.Members.Count, none.Version.Version));
    }

    [Fact]
    public async Task Of_many_who_change_it_at_the_same_time_one_is_first()
    {
        var table = await Open("many");
        var version = (await table.ReadAllAsync()).Version.Next();
        var added = await Task.WhenAll(Enumerable.Range(1, 10).Select(i => Task.Run(() => table.InsertRowAsync(Silo(i), version))));
        Assert.Single(added, true);
        var after = await table.ReadAllAsync();
        Assert.Equal((1, 1), (after.Members.Count, after.Version.Version));
    }

    [Fact]
    public async Task What_has_gone_long_ago_is_removed_and_clusters_do_not_see_each_other()
    {
        var table = await Open("gone");
        foreach (var (number, status) in ((int, SiloStatus)[])[(1, SiloStatus.Active), (2, SiloStatus.Dead), (3, SiloStatus.Dead)])
        {
            var silo = Silo(number);
            silo.Status = status;
            silo.IAmAliveTime = silo.IAmAliveTime.AddDays(number == 3 ? 2 : 0);
            Assert.True(await table.InsertRowAsync(silo, (await table.ReadAllAsync()).Version.Next()));
        }

        await table.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(Silo(1).IAmAliveTime.AddDays(1)));
        Assert.Equal([1, 3], (await table.ReadAllAsync()).Members.Select(m => m.Item1.SiloAddress.Endpoint.Port).Order());

        var other = await Open("other");
        Assert.Empty((await other.ReadAllAsync()).Members);
        await other.InsertRowAsync(Silo(1), (await other.ReadAllAsync()).Version.Next());
        await table.DeleteMembershipTableEntriesAsync("gone");
        Assert.Single((await other.ReadAllAsync()).Members);
    }

    private static MembershipEntry Silo(int number) =>
        new()
        {
            SiloAddress = SiloAddress.New(IPAddress.Loopback, number, 7),
            SiloName = string.Create(CultureInfo.InvariantCulture, $"silo {number}"),
            HostName = "host",
            Status = SiloStatus.Joining,
            ProxyPort = 1000 + number,
            StartTime = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            IAmAliveTime = new DateTime(2026, 1, 2, 3, 4, 6, DateTimeKind.Utc),
        };

    /// <summary>The silo that it belongs to is not started.</summary>
    private async Task<IMembershipTable> Open(string cluster)
    {
        var connection = server.Postgres.ConnectionString(server.Database);
        await using (
            var ledger = new ServiceCollection()
                .AddPostgresLedger(
                    new PostgresLedgerOptions { ConnectionString = connection, SecretKey = Convert.ToBase64String(new byte[32]) }
                )
                .BuildServiceProvider()
        )
            await ledger.GetRequiredService<ILedger>().Open(CancellationToken.None);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "tests"));
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connection));
        });
        var table = builder.Build().Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true);
        return table;
    }
}
