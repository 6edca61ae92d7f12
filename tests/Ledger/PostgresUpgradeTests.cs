using System.Globalization;
using AutoDeploy.Deployments;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

/// <summary>A ledger on PostgreSQL that an older AutoDeploy wrote is read as it was meant, and goes on.</summary>
[Collection(nameof(PostgresFixture))]
public sealed class PostgresUpgradeTests(PostgresFixture postgresFixture) : IAsyncLifetime
{
    private PostgresTestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await postgresFixture.EmptyDatabase();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Rows_of_the_first_schema_are_read_as_before()
    {
        var time = (Noon.UtcTicks - DateTimeOffset.UnixEpoch.Ticks).ToString(CultureInfo.InvariantCulture);
        await using (var old = new PostgresDatabase(new PostgresLedgerOptions { ConnectionString = _database.Connection }))
        {
            Assert.Equal((0, 1), old.Open([.. PostgresMigrations.All.Take(1)]));
            await old.Write(
                session =>
                {
                    session.Script(
                        $"""
                        INSERT INTO pushes (uuid, sender, hook, delivery, source, tag, deleted, pusher, received, organization, open,
                          reached, ref, skip_asked)
                        VALUES ('{Uuid(1)}', 'dockerhub', '', 'd1', '{Source}', '1.2', 0, 'ida', {time}, 'default', 1, '{Uuid(9)}', '', 0);
                        INSERT INTO services (uuid, organization, name, state, created) VALUES ('{Uuid(
                            3
                        )}', 'default', 'api', 'Running', {time});
                        INSERT INTO subscriptions (source, service) VALUES ('{Source}', '{Uuid(3)}');
                        INSERT INTO verdicts (uuid, push, service, kind, reason, detail, deployment, received)
                        VALUES ('{Uuid(4)}', '{Uuid(2)}', '{Uuid(3)}', 'Deploy', 'new', '', '{Uuid(5)}', {time});
                        INSERT INTO deployments (uuid, service, operation, state, open, cause, cause_text, cause_user, cause_ip,
                          cause_method, cause_path,
                            cause_user_agent, image, digest, step, reuse_volumes, result, created, started, logged, rolled_back)
                        VALUES ('{Uuid(5)}', '{Uuid(3)}', 'Redeploy', 'InProgress', 1, 'Push', 'push', '', '', '', '', '',
                            '{Source}:latest', 'sha256:2', 'prove', 1, '', {time}, {time}, 1, 0);
                        INSERT INTO log_lines (deployment, time, text) VALUES ('{Uuid(5)}', {time}, 'Pulling');
                        INSERT INTO grain_state (name, grain, etag, json) VALUES ('service', 'service/3', 7, '{"{}"}');
                        """
                    );
                    return 0;
                },
                Never
            );
        }

        await using var ledger = await _database.Open();

        Assert.Equal((long)PostgresMigrations.All.Count, _database.Execute("SELECT max(version) FROM autodeploy_schema"));
        var open = new Push
        {
            Uuid = Uuid(1),
            Sender = "dockerhub",
            Delivery = "d1",
            Source = Source,
            Tag = "1.2",
            Pusher = "ida",
            Received = Noon,
            Organization = OrganizationNames.Default,
        };
        Assert.Equal([new OpenPush(open, Uuid(9))], await ledger.ListOpenPushes(Source, 10, Never));
        Assert.Equal(Uuid(3), (await ledger.FindServiceByName("default", "api", Never))!.Uuid);
        Assert.Equal([Uuid(3)], await ledger.ListSubscribers(Source, null, 10, Never));
        Assert.Equal(Uuid(4), Assert.Single((await ledger.ListVerdicts(Uuid(3), 10, 0, Never)).Items).Verdict.Uuid);
        Assert.Single(await ledger.ReadLog(Uuid(5), 0, 10, Never));

        // what was under way goes on
        var deployment = Assert.Single(await ledger.ListOpenDeployments(null, Never));
        Assert.Equal(("sha256:2", DeploymentStep.Replace), (deployment.Digest, deployment.Step));
        Assert.True(await ledger.UpdateDeployment(deployment.AsEnded(Noon, DeploymentState.Failed), Never));
        Assert.Equal(Uuid(5), Assert.Single((await ledger.ListEvents(OrganizationNames.Default, 0, 10, Never)).Items).SubjectId);
    }

    [Fact]
    public async Task Containers_of_a_version_that_did_not_sign_them_are_known()
    {
        await using (var old = new PostgresDatabase(new PostgresLedgerOptions { ConnectionString = _database.Connection }))
        {
            old.Open([.. PostgresMigrations.All.Take(6)]);
            await old.Write(
                session =>
                {
                    session.Script(
                        UpgradeTests
                            .GrainStatesBeforeSignatures.Replace(
                                "started, logged, taken_up",
                                "started, logged, taken_up, rolled_back",
                                StringComparison.Ordinal
                            )
                            .Replace("0, 0, 0, 1)", "0, 0, 0, 1, 0)", StringComparison.Ordinal)
                            .Replace("0, NULL, 0, 0)", "0, NULL, 0, 0, 0)", StringComparison.Ordinal)
                    );
                    return 0;
                },
                Never
            );
        }

        await using var ledger = await _database.Open();

        await UpgradeTests.AssertContainersKnown(ledger);
    }

    [Fact]
    public async Task Credentials_of_a_version_without_schemes_are_for_https_unless_they_are_used_over_http()
    {
        await using (var old = new PostgresDatabase(new PostgresLedgerOptions { ConnectionString = _database.Connection }))
        {
            old.Open([.. PostgresMigrations.All.Take(6)]);
            await old.Write(
                session =>
                {
                    session.Script(UpgradeTests.GitHostsBeforeSchemes.Replace("EMPTY", "''", StringComparison.Ordinal));
                    return 0;
                },
                Never
            );
        }

        await using var ledger = await _database.Open();

        await UpgradeTests.AssertSchemes(ledger);
    }

    /// <summary>Orleans' provider finds them by keys and hashes of its own.</summary>
    [Theory]
    [InlineData("service/0b000000-0000-0000-0000-000000000007")]
    [InlineData("service/0b000000000000000000000000000007")]
    [InlineData("service/0b000000000000000000000000000007+part")]
    [InlineData("organization/default")]
    [InlineData("organization/cafe")] // a whole number in hexadecimal
    [InlineData("deploy-group/0b000000-0000-0000-0000-000000000007/größer")]
    public async Task States_of_grains_are_found_in_Orleans_table(string grain)
    {
        const long Etag = (1L << 53) - 1;
        var service = grain[(grain.IndexOf('/', StringComparison.Ordinal) + 1)..];
        await using (var old = new PostgresDatabase(new PostgresLedgerOptions { ConnectionString = _database.Connection }))
        {
            old.Open([.. PostgresMigrations.All.Take(10)]);
            await old.Write(
                session =>
                {
                    // as many as are moved at a time, and more
                    session.Script(
                        "INSERT INTO grain_state (name, grain, etag, json) SELECT 'other', 'other/' || i, 1, '{}' FROM "
                            + "generate_series(1, 1100) AS i"
                    );
                    session.Execute(
                        "INSERT INTO services (uuid, organization, name, state, created, version) VALUES (@uuid, 'default', "
                            + "'api', 'Running', 0, @etag)",
                        ("uuid", service),
                        ("etag", Etag)
                    );
                    return session.Execute(
                        "INSERT INTO grain_state (name, grain, etag, json) VALUES (@name, @grain, @etag, @json)",
                        ("name", Guid.TryParseExact(service, "D", out _) ? "service" : "sample"),
                        ("grain", grain),
                        ("etag", Etag),
                        (
                            "json",
                            """
                            {"Service":{"Name":"äpi","Settings":{"Image":"docker.io/acme/api:1"}},"Outbox":[{"Number":5}],
                            "LastEvent":5}
                            """
                        )
                    );
                },
                Never
            );
        }

        await using var ledger = await _database.Open();
        var storage = await PostgresStates.Open(ledger);
        var name = Guid.TryParseExact(service, "D", out _) ? "service" : "sample";
        var state = new GrainState<ServiceState>();
        await storage.ReadStateAsync(name, GrainId.Parse(grain), state);

        Assert.Equal(("äpi", 5), (state.State!.Service!.Name, state.State.LastEvent));
        Assert.Empty(await ledger.ServicesToHandOver(Never));
        await storage.WriteStateAsync(name, GrainId.Parse(grain), state);
        Assert.Equal(1101L, _database.Execute("SELECT count(*) FROM OrleansStorage"));
    }

    private static Guid Uuid(int number) => new($"00000000-0000-0000-0000-00000000000{number}");
}
