using System.Text.Json;
using System.Text.RegularExpressions;
using AutoDeploy.Ledger.Database;
using Npgsql;

namespace AutoDeploy.Ledger.Tests;

/// <summary>What is asked often, or of tables that grow, goes through an index and comes out of it in order.</summary>
[Collection(nameof(PostgresFixture))]
public sealed partial class PostgresQueryPlanTests(PostgresFixture postgresFixture) : IAsyncLifetime
{
    private PostgresTestDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await postgresFixture.NewDatabase();
        // so many of one service that another index is the better one
        _database.Execute(
            """
            INSERT INTO verdicts (uuid, push, service, kind, reason, detail, received)
            SELECT n, 'push ' || n, 'service', 'Skip', '', '', n FROM generate_series(1, 5000) n;
            ANALYZE verdicts
            """
        );
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public void They_go_through_these_indexes_without_sorting()
    {
        (string Sql, string Index)[] searches =
        [
            (SqlLedger.SelectHookByKey, "hooks_key_hash_key"),
            (SqlLedger.SelectHook, "hooks_uuid_key"),
            (SqlLedger.SelectDelivery, "deliveries_uuid_key"),
            (SqlLedger.SelectOldDeliveries, "deliveries_kept"),
            (SqlLedger.SelectRegistryByHost, "registries_organization_host_path_key"),
            (SqlLedger.SelectGitHost, "git_hosts_uuid_key"),
            (SqlLedger.SelectHostAlias, "host_aliases_uuid_key"),
            (SqlLedger.SelectPush, "pushes_uuid_key"),
            (SqlLedger.SelectRepeatedPush, "pushes_sender_hook_delivery_key"),
            (SqlLedger.SelectOpenPushes, "pushes_open"),
            (SqlLedger.SelectServiceByName, "services_name"),
            (SqlLedger.SelectSubscribers, "subscriptions_pkey"),
            (SqlLedger.SelectSeenTags, "polls_seen_pkey"),
            (SqlLedger.SelectVerdict, "verdicts_push_service_key"),
            (SqlLedger.SelectDeploying, "verdicts_push_service_key"),
            (SqlLedger.SelectDeployment, "deployments_uuid_key"),
            (SqlLedger.SelectOldLogs, "deployments_logged"),
            (SqlLedger.SelectLog, "log_lines_deployment"),
            (SqlLedger.SelectEvents, "events_organization"),
            (SqlLedger.SelectSurplusEvent, "events_organization"),
            (SqlLedger.SelectNotification, "notifications_uuid_key"),
            (SqlLedger.SelectCursor, "event_cursors_pkey"),
            (SqlLedger.SelectServicesToHandOver[DatabaseKind.Postgres], "orleansstorage_outbox"),
            (SqlLedger.SelectHeldServices, "verdicts_held"),
            (SqlLedger.SelectDueServices, "verdicts_held"),
            (SqlLedger.UpdateSuperseded, "verdicts_held"),
            (SqlLedger.SelectOpenSources, "pushes_open"),
            (SqlLedger.SelectOpenDeployments, "deployments_open"),
            (SqlLedger.SelectOpenDeploymentsOfService, "deployments_open_service"),
            (SqlLedger.SelectLastEvent, "events_pkey"),
            (SqlLedger.SelectContainer, "containers_pkey"),
            (SqlLedger.SelectContainersOfEngine, "containers_pkey"),
            (SqlLedger.SelectBuild, "builds_pkey"),
            ("SELECT * FROM deployments ORDER BY created DESC, seq DESC LIMIT @limit OFFSET @offset", "deployments_created"),
            (
                "SELECT * FROM deployments WHERE service = @service ORDER BY created DESC, seq DESC LIMIT @limit OFFSET @offset",
                "deployments_service"
            ),
            ("SELECT * FROM deliveries WHERE hook = @hook ORDER BY number DESC LIMIT @limit OFFSET @offset", "deliveries_hook_number_key"),
        ];

        Assert.All(
            searches,
            search =>
            {
                var plan = Plan(search.Sql);
                Assert.DoesNotContain("\"Sort\"", plan, StringComparison.Ordinal);
                Assert.Contains($"\"{search.Index}\"", plan, StringComparison.Ordinal);
                if (search.Sql != SqlLedger.SelectLastEvent)
                    Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void Deliveries_are_added_without_looking_at_those_of_others()
    {
        Assert.Contains("\"hooks_uuid_key\"", Plan(SqlLedger.InsertSharedDelivery), StringComparison.Ordinal);
        var surplus = Plan(SqlLedger.DeleteSharedSurplusDeliveries);
        Assert.DoesNotContain("Seq Scan", surplus, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(surplus, "\"deliveries_hook_number_key\""));
    }

    /// <summary>
    /// In JSON, of tables that hold little: what could be read whole is not, and what could be sorted is so only if no index does it.
    /// </summary>
    private string Plan(string sql)
    {
        using var connection = new NpgsqlConnection(_database.Connection);
        connection.Open();
        using var settings = new NpgsqlCommand(
            "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; SET plan_cache_mode = force_generic_plan",
            connection
        );
        settings.ExecuteNonQuery();
        var names = Parameter().Matches(sql).Select(match => match.Value).Distinct().ToList();
        var numbered = Parameter().Replace(sql, match => $"${names.IndexOf(match.Value) + 1}");
        using var prepare = new NpgsqlCommand($"PREPARE asked AS {numbered}", connection);
        prepare.ExecuteNonQuery();
        var values = names.Count == 0 ? "" : $"({string.Join(", ", names.Select(_ => "NULL"))})";
        using var explain = new NpgsqlCommand($"EXPLAIN (FORMAT JSON) EXECUTE asked{values}", connection);
        return JsonDocument.Parse((string)explain.ExecuteScalar()!).RootElement.GetRawText();
    }

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();
}
