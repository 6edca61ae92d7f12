using System.Globalization;
using AutoDeploy.Deployments;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

/// <summary>A ledger that an older AutoDeploy wrote is read as it was meant, and goes on.</summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Rows_of_the_first_schema_are_read_as_before()
    {
        var time = (Noon.UtcTicks - DateTimeOffset.UnixEpoch.Ticks).ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(_directory.Data);
        await using (var old = new SqliteDatabase(_directory.File))
        {
            old.Open([.. SqliteMigrations.All.Take(1)]);
            await old.Write(
                session =>
                    session.Execute(
                        $"""
                        INSERT INTO pushes (uuid, sender, hook, delivery, source, tag, digest, deleted, pusher, received, organization,
                          open, reached)
                        VALUES ('{Uuid(1)}', 'dockerhub', '', 'd1', '{Source}', '1.2', NULL, 0, 'ida', {time}, 'default', 1, '{Uuid(9)}'),
                            ('{Uuid(2)}', 'registry', '{Uuid(
                            8
                        )}', 'd2', '{Source}', 'latest', 'sha256:2', 0, NULL, {time}, 'default', 0, NULL);
                        INSERT INTO services (uuid, organization, name, state, created) VALUES ('{Uuid(
                            3
                        )}', 'default', 'api', 'Running', {time});
                        INSERT INTO subscriptions (source, service) VALUES ('{Source}', '{Uuid(3)}');
                        INSERT INTO verdicts (uuid, push, service, kind, reason, detail, deployment, received)
                        VALUES ('{Uuid(4)}', '{Uuid(2)}', '{Uuid(3)}', 'Deploy', 'new', '', '{Uuid(5)}', {time});
                        INSERT INTO deployments (uuid, service, operation, state, open, cause, cause_push, cause_text, cause_user,
                          cause_ip, cause_method,
                            cause_path, cause_user_agent, image, digest, step, reuse_volumes, result, created, started, ended, logged)
                        VALUES ('{Uuid(5)}', '{Uuid(3)}', 'Redeploy', 'InProgress', 1, 'Push', '{Uuid(2)}', 'push', '', '', '', '', '',
                            '{Source}:latest', 'sha256:2', 'prove', 1, '', {time}, {time}, NULL, 1);
                        INSERT INTO log_lines (deployment, time, text) VALUES ('{Uuid(5)}', {time}, 'Pulling');
                        """
                    ),
                Never
            );
        }

        await using var ledger = await OpenLedger(_directory.Data);

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
        Assert.False(open.IsGit);
        Assert.Equal([new RecordedPush(open, false)], await ledger.RecordPushes([open with { Uuid = Guid.NewGuid() }], Never));
        Assert.Equal("sha256:2", (await ledger.FindPush(Uuid(2), Never))!.Digest);
        Assert.Equal(
            (Uuid(3), "local"),
            (await ledger.FindServiceByName("default", "api", Never) is { } service ? (service.Uuid, service.Engine) : default)
        );
        Assert.Equal([Uuid(3)], await ledger.ListSubscribers(Source, null, 10, Never));
        Assert.Equal(
            [Uuid(3)],
            await ledger.ListSubscribers("*/" + Source[(Source.IndexOf('/', StringComparison.Ordinal) + 1)..], null, 10, Never)
        );
        var verdict = Assert.Single((await ledger.ListVerdicts(Uuid(3), 10, 0, Never)).Items);
        Assert.Equal((VerdictKind.Deploy, Uuid(2)), (verdict.Verdict.Kind, verdict.Push!.Uuid));
        Assert.Single(await ledger.ReadLog(Uuid(5), 0, 10, Never));

        // what was under way goes on
        var deployment = Assert.Single(await ledger.ListOpenDeployments(null, Never));
        Assert.Equal(
            ("sha256:2", DeploymentStep.Replace, null, "local"),
            (deployment.Digest, deployment.Step, deployment.Commit, deployment.Engine)
        );
        Assert.True(await ledger.UpdateDeployment(deployment.AsEnded(Noon, DeploymentState.Failed), Never));
        Assert.Equal(DeploymentState.Failed, (await ledger.FindDeployment(Uuid(5), Never))!.State);
        Assert.Equal(Uuid(5), Assert.Single((await ledger.ListEvents(OrganizationNames.Default, 0, 10, Never)).Items).SubjectId);
    }

    [Fact]
    public async Task What_the_second_schema_brings_can_be_written()
    {
        Directory.CreateDirectory(_directory.Data);
        await using (var old = new SqliteDatabase(_directory.File))
            old.Open([.. SqliteMigrations.All.Take(1)]);

        await using var ledger = await OpenLedger(_directory.Data);

        var (push, host) = (GitPush(), GitHost());
        await ledger.RecordPushes([push], Never);
        Assert.True(await ledger.PutGitHost(host, Never));
        Assert.Equal(push, await ledger.FindPush(push.Uuid, Never));
        Assert.Equal(host, await ledger.FindGitHost(host.Uuid, Never));
    }

    [Fact]
    public async Task A_hook_of_the_second_schema_takes_deliveries()
    {
        var time = (Noon.UtcTicks - DateTimeOffset.UnixEpoch.Ticks).ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(_directory.Data);
        await using (var old = new SqliteDatabase(_directory.File))
        {
            old.Open([.. SqliteMigrations.All.Take(2)]);
            await old.Write(
                session =>
                    session.Execute(
                        $"""
                        INSERT INTO hooks (uuid, organization, sender, key_hash, key_sealed, secret_sealed, created)
                        VALUES ('{Uuid(8)}', 'default', 'github', x'00', x'00', NULL, {time})
                        """
                    ),
                Never
            );
        }

        await using var ledger = await OpenLedger(_directory.Data);

        var delivery = Delivery(Hook() with { Uuid = Uuid(8) });
        await ledger.AddDelivery(delivery, Content(), Never);
        Assert.Equal(delivery.Uuid, Assert.Single((await ledger.ListDeliveries(Uuid(8), 10, 0, Never)).Items).Uuid);
    }

    /// <summary>Credentials go on over http where services use them so, and only there.</summary>
    [Fact]
    public async Task Credentials_of_a_version_without_schemes_are_for_https_unless_they_are_used_over_http()
    {
        Directory.CreateDirectory(_directory.Data);
        await using (var old = new SqliteDatabase(_directory.File))
        {
            old.Open([.. SqliteMigrations.All.Take(13)]);
            await old.Write(session => session.Execute(GitHostsBeforeSchemes.Replace("EMPTY", "x''", StringComparison.Ordinal)), Never);
        }

        await using var ledger = await OpenLedger(_directory.Data);

        await AssertSchemes(ledger);
    }

    internal static readonly string GitHostsBeforeSchemes = $$$"""
        INSERT INTO grain_state (name, grain, etag, json) VALUES
            ('service', 'service/1', 1, '{"Service":{"Organization":"default",
              "Settings":{"Git":{"Url":"http://git.acme.com:3000/acme/shop"}},"Containers":[]}}'),
            ('service', 'service/2', 1, '{"Service":{"Organization":"default","Settings":{"Git":{"Url":"https://github.com/acme/shop"}},
              "Containers":[]}}'),
            ('service', 'service/3', 1, '{"Service":{"Organization":"default","Settings":{"Image":"docker.io/acme/shop"},
              "Containers":[]}}'),
            ('service', 'service/4', 1, '{"Service":{"Organization":"other","Settings":{"Git":{"Url":"http://github.com/acme/shop"}},
              "Containers":[]}}'),
            ('service', 'service/5', 1, '{}');
        INSERT INTO git_hosts (uuid, organization, host, username, known_hosts, created) VALUES
            ('{{{Uuid(1)}}}', 'default', 'git.acme.com', '', '', 1), ('{{{Uuid(2)}}}', 'default', 'git.acme.com:3000', '', '', 2),
            ('{{{Uuid(3)}}}', 'default', 'git.acme.com:4000', '', '', 3), ('{{{Uuid(4)}}}', 'default', 'github.com', '', '', 4);
        INSERT INTO registries (uuid, organization, host, username, password_sealed, created, token_host) VALUES
            ('{{{Uuid(5)}}}', 'default', 'docker.io', 'ida', EMPTY, 1, NULL);
        """;

    internal static async Task AssertSchemes(SqlLedger ledger)
    {
        Assert.Equal(
            ["github.com https", "git.acme.com:4000 https", "git.acme.com:3000 http", "git.acme.com http"],
            (await ledger.ListGitHosts("default", 10, 0, Never)).Items.Select(host => $"{host.Credential} {host.Credential.Scheme}")
        );
        Assert.Equal(
            1,
            await ledger.Read(
                session => session.First("SELECT count(*) FROM registries WHERE path = '' AND host = 'docker.io'", row => row.GetInt64(0)),
                Never
            )
        );
    }

    /// <summary>
    /// Containers from before they were signed stay ours: those that their services know, and those of deployments that were under way.
    /// </summary>
    [Fact]
    public async Task Containers_of_a_version_that_did_not_sign_them_are_known()
    {
        Directory.CreateDirectory(_directory.Data);
        await using (var old = new SqliteDatabase(_directory.File))
        {
            old.Open([.. SqliteMigrations.All.Take(13)]);
            await old.Write(session => session.Execute(GrainStatesBeforeSignatures), Never);
        }

        await using var ledger = await OpenLedger(_directory.Data);

        await AssertContainersKnown(ledger);
    }

    /// <summary>
    /// As that version wrote them: two containers on an engine of a name, one on the only one, none, and other grains' states.
    /// </summary>
    internal static readonly string GrainStatesBeforeSignatures = $$$"""
        INSERT INTO grain_state (name, grain, etag, json) VALUES
            ('service', 'service/1', 1, '{"Service":{"Uuid":"{{{Uuid(
            1
        )}}}","Settings":{"Engine":"west","Image":"a\u0000b"},"Containers":[{"Id":"a","Slot":1},{"Id":"b","Slot":2}]}}'),
            ('service', 'service/2', 1, '{"Service":{"Uuid":"{{{Uuid(2)}}}","Settings":{},"Containers":[{"Id":"c","Slot":1},{"Slot":2}]}}'),
            ('service', 'service/3', 1, '{"Service":{"Uuid":"{{{Uuid(3)}}}","Settings":{},"Containers":[]}}'),
            ('service', 'service/4', 1, '{"Service":null}'),
            ('service', 'service/5', 1, '{}'),
            ('other', 'service/1', 1, '{"Service":{"Uuid":"{{{Uuid(1)}}}","Settings":{},"Containers":[{"Id":"d"}]}}');
        INSERT INTO services (uuid, organization, name, state, created) VALUES ('{{{Uuid(1)}}}', 'default', 'api', 'Redeploying', 0);
        INSERT INTO deployments (uuid, service, operation, state, open, cause, cause_text, cause_user, cause_ip, cause_method, cause_path,
            cause_user_agent, step, reuse_volumes, result, created, started, logged, taken_up)
        VALUES ('{{{Uuid(6)}}}', '{{{Uuid(
            1
        )}}}', 'Redeploy', 'InProgress', 1, 'Push', 'push', '', '', '', '', '', 'replace', 1, '', 0, 0, 0, 1),
            ('{{{Uuid(7)}}}', '{{{Uuid(1)}}}', 'Redeploy', 'Pending', 1, 'Push', 'push', '', '', '', '', '', '', 1, '', 0, NULL, 0, 0);
        """;

    internal static async Task AssertContainersKnown(SqlLedger ledger)
    {
        foreach (
            var (engine, id, known) in ((string, string, bool)[])
                [("west", "a", true), ("west", "b", true), ("local", "c", true), ("local", "d", false), ("local", "a", false)]
        )
            Assert.Equal((engine, id, known), (engine, id, await ledger.KnowsContainer(engine, id, Never)));

        // the one that waited begins with this version
        foreach (var deploymentId in (Guid[])[Uuid(6), Uuid(7)])
            await ledger.Acquire(deploymentId, Never);
        Assert.Equal("api", await ledger.FindUnsignedDeployment(Uuid(1), Uuid(6), Never));
        Assert.Null(await ledger.FindUnsignedDeployment(Uuid(2), Uuid(6), Never));
        Assert.Null(await ledger.FindUnsignedDeployment(Uuid(1), Uuid(7), Never));
    }

    private static Guid Uuid(int number) => new($"00000000-0000-0000-0000-00000000000{number}");
}
