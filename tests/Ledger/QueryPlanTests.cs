using System.Text.RegularExpressions;
using AutoDeploy.Ledger.Database;
using Microsoft.Data.Sqlite;

namespace AutoDeploy.Ledger.Tests;

/// <summary>What is asked often, or of tables that grow, goes through an index and comes out of it in order.</summary>
public sealed partial class QueryPlanTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public async Task InitializeAsync() => await (await LedgerSamples.OpenLedger(_directory.Data)).DisposeAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string, string> Searches =>
        new()
        {
            { SqlLedger.SelectHookByKey, "sqlite_autoindex_hooks" },
            { SqlLedger.SelectHook, "sqlite_autoindex_hooks" },
            { SqlLedger.SelectDelivery, "sqlite_autoindex_deliveries_1" },
            { SqlLedger.DeleteSurplusDeliveries, "sqlite_autoindex_deliveries_2" },
            { SqlLedger.SelectOldDeliveries, "deliveries_kept" },
            { SqlLedger.SelectRegistryByHost, "sqlite_autoindex_registries" },
            { SqlLedger.SelectGitHost, "sqlite_autoindex_git_hosts" },
            { SqlLedger.SelectHostAlias, "sqlite_autoindex_host_aliases" },
            { SqlLedger.SelectVolume, "sqlite_autoindex_volumes" },
            { SqlLedger.SelectVolumeByName, "sqlite_autoindex_volumes" },
            { SqlLedger.SelectVolumesOfService, "volumes_service" },
            { SqlLedger.SelectPush, "sqlite_autoindex_pushes" },
            { SqlLedger.SelectRepeatedPush, "sqlite_autoindex_pushes" },
            { SqlLedger.SelectOpenPushes, "pushes_open" },
            { SqlLedger.SelectServiceByName, "services_name" },
            { SqlLedger.SelectSubscribers, "PRIMARY KEY" },
            { SqlLedger.SelectSeenTags, "PRIMARY KEY" },
            { SqlLedger.SelectVerdict, "sqlite_autoindex_verdicts" },
            { SqlLedger.SelectDeploying, "sqlite_autoindex_verdicts" },
            { SqlLedger.SelectDeployment, "sqlite_autoindex_deployments" },
            { SqlLedger.SelectOldLogs, "deployments_logged" },
            { SqlLedger.SelectLog, "log_lines_deployment" },
            { SqlLedger.SelectEvents, "events_organization" },
            { SqlLedger.SelectSurplusEvent, "events_organization" },
            { SqlLedger.SelectNotification, "sqlite_autoindex_notifications" },
            { SqlLedger.SelectCursor, "PRIMARY KEY" },
            { SqliteGrainStorage.SelectState, "sqlite_autoindex_grain_state" },
            { SqlLedger.SelectContainer, "PRIMARY KEY" },
            { SqlLedger.SelectContainersOfEngine, "PRIMARY KEY" },
            { SqlLedger.SelectBuild, "PRIMARY KEY" },
        };

    [Theory, MemberData(nameof(Searches))]
    public void It_is_one_search_in_an_index_without_sorting(string sql, string index)
    {
        var plan = Plan(sql);

        var step = Assert.Single(plan);
        Assert.StartsWith("SEARCH", step, StringComparison.Ordinal);
        Assert.Contains(index, step, StringComparison.Ordinal);
    }

    [Fact]
    public void Services_to_hand_over_come_out_of_an_index_of_their_own() =>
        Assert.Equal(
            [
                "SEARCH stored USING COVERING INDEX grain_state_outbox (outbox=? AND name=?)",
                "SEARCH s USING INDEX sqlite_autoindex_services_1 (uuid=?) LEFT-JOIN",
            ],
            Plan(SqlLedger.SelectServicesToHandOver[DatabaseKind.Sqlite])
        );

    [Fact]
    public void Old_pushes_come_out_of_an_index_and_those_that_are_held_out_of_another() =>
        Assert.Equal(
            [
                "SEARCH pushes USING INDEX pushes_settled (received<?)",
                "LIST SUBQUERY 1",
                "SCAN verdicts USING COVERING INDEX verdicts_held",
            ],
            Plan(SqlLedger.SelectOldPushes).Take(3)
        );

    public static TheoryData<string, string> OpenOnes =>
        new()
        {
            { SqlLedger.SelectHeldServices, "verdicts_held" },
            { SqlLedger.SelectDueServices, "verdicts_held" },
            { SqlLedger.UpdateSuperseded, "verdicts_held" },
            { SqlLedger.SelectOpenSources, "pushes_open" },
            { SqlLedger.SelectOpenDeployments, "deployments_open" },
            { SqlLedger.SelectOpenDeploymentsOfService, "deployments_open_service" },
        };

    [Theory, MemberData(nameof(OpenOnes))]
    public void It_touches_only_the_index_of_the_open_ones(string sql, string index) =>
        Assert.Matches($"^(SEARCH|SCAN) \\w+ USING (COVERING )?INDEX {index}( |$)", Plan(sql)[0]);

    [Fact]
    public void A_page_of_deployments_comes_out_of_an_index()
    {
        const string Order = " ORDER BY created DESC, seq DESC LIMIT @limit OFFSET @offset";

        Assert.Equal(["SCAN deployments USING INDEX deployments_created"], Plan("SELECT * FROM deployments" + Order));
        Assert.Equal(
            ["SEARCH deployments USING INDEX deployments_service (service=?)"],
            Plan("SELECT * FROM deployments WHERE service = @service" + Order)
        );
        Assert.Equal(
            ["SEARCH v USING INDEX verdicts_service (service=?)", "SEARCH p USING INDEX sqlite_autoindex_pushes_1 (uuid=?) LEFT-JOIN"],
            Plan(
                "SELECT * FROM verdicts v LEFT JOIN pushes p ON p.uuid = v.push WHERE v.service = @service ORDER BY v.received "
                    + "DESC, v.seq DESC LIMIT @limit"
            )
        );
    }

    [Fact]
    public void Deliveries_are_added_and_listed_without_looking_at_others()
    {
        Assert.Equal(
            [
                "SEARCH h USING COVERING INDEX sqlite_autoindex_hooks_1 (uuid=?)",
                "SCALAR SUBQUERY 1",
                "SEARCH deliveries USING COVERING INDEX sqlite_autoindex_deliveries_2 (hook=?)",
            ],
            Plan(SqlLedger.InsertDelivery)
        );
        Assert.Equal(
            ["SEARCH deliveries USING INDEX sqlite_autoindex_deliveries_2 (hook=?)"],
            Plan("SELECT * FROM deliveries WHERE hook = @hook ORDER BY number DESC LIMIT @limit OFFSET @offset")
        );
    }

    private List<string> Plan(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_directory.File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        foreach (var name in Parameter().Matches(sql).Select(match => match.Value).Distinct())
            command.Parameters.AddWithValue(name, 1);
        using var reader = command.ExecuteReader();
        List<string> plan = [];
        while (reader.Read())
            plan.Add(reader.GetString(3));
        return plan;
    }

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();
}
