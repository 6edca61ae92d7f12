using System.Globalization;
using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>What happens, told as it happens: nothing is missed and nothing is told twice.</summary>
public sealed class EventStreamTests : IAsyncLifetime
{
    private const string Events = "/api/audit/v1/events";

    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.Start();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_event_shows_what_has_changed()
    {
        using var reader = await EventReader.Open(_server);
        var service = await _server.CreateService(image: "registry.acme.test/told:1", name: "told");
        var uuid = service.Split('/')[^2];
        var created = (await reader.ReadNext())!;
        Assert.Equal(
            ("service", "service", "create", "Not running", service, uuid, "told"),
            (
                created.Type,
                created["type"],
                created["action"],
                created["state"],
                created["resource_uri"],
                created["uuid"],
                created["service"]
            )
        );
        Assert.Empty(created.Data.GetProperty("parents").EnumerateArray());
        Assert.Matches(@"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$", created["datetime"]!);

        var deployment = await Add(uuid);
        await _server.Ledger.UpdateDeployment(
            deployment with
            {
                State = DeploymentState.Failed,
                Result = "It did not start.",
                Ended = DateTimeOffset.UtcNow,
            },
            default
        );
        var (added, failed) = ((await reader.ReadNext())!, (await reader.ReadNext())!);
        var uri = $"/api/audit/v1/action/{deployment.Uuid}/";
        Assert.Equal(("action", "create", "In progress", uri), (added.Type, added["action"], added["state"], added["resource_uri"]));
        Assert.Equal(("action", "update", "Failed", uri), (failed.Type, failed["action"], failed["state"], failed["resource_uri"]));
        Assert.Equal(service, Assert.Single(failed.Data.GetProperty("parents").EnumerateArray()).GetString());
        // the action as the API shows it
        var action = await _server.Get(uri);
        Assert.Equal(
            System.Text.Json.JsonSerializer.Serialize(action.Json),
            System.Text.Json.JsonSerializer.Serialize(failed.Data.GetProperty("object"))
        );

        var hook = await _server.CreateHook("registry");
        await _server.Send(
            "POST",
            new Uri(hook.GetProperty("url").GetString()!).AbsolutePath,
            System.Text.Encoding.UTF8.GetBytes(
                RegistrySamples.Registry(RegistrySamples.Event("id-1", "told", "1", host: "registry.acme.test"))
            ),
            null,
            ""
        );
        var push = (await reader.ReadNext())!;
        Assert.Equal(("push", "create", "Settled"), (push.Type, push["action"], push["state"]));
        Assert.Equal("registry.acme.test/told", push.Data.GetProperty("object").GetProperty("image").GetString());

        await _server.Patch(service, """{"autoredeploy": true}""");
        var changed = (await reader.ReadNext())!;
        Assert.Equal(("service", "update", service), (changed.Type, changed["action"], changed["resource_uri"]));
    }

    [Fact]
    public async Task Who_comes_back_gets_what_came_since_each_once()
    {
        var uuid = (await _server.CreateService()).Split('/')[^2];
        var deployments = new List<Deployment>();
        List<ServerSentEvent> first;
        using (var reader = await EventReader.Open(_server))
        {
            for (var i = 0; i < 5; i++)
                deployments.Add(await Add(uuid));
            first = await reader.ReadNext(3);
        }

        // while nobody listens
        for (var i = 0; i < 450; i++)
            deployments.Add(await Add(uuid));
        var last = first[^1].Id.ToString(CultureInfo.InvariantCulture);
        using var byHeader = await EventReader.Open(_server, last);
        using var byQuery = await EventReader.Open(_server, path: $"{Events}?last_event_id={last}");
        using var byBoth = await EventReader.Open(_server, last, $"{Events}?last_event_id=0");
        foreach (var reader in (EventReader[])[byHeader, byQuery, byBoth])
        {
            var rest = await reader.ReadNext(452);
            Assert.Equal(deployments.Select(d => d.Uuid.ToString()), first.Concat(rest).Select(e => e["uuid"]));
            Assert.Equal(first.Concat(rest).Select(e => e.Id).Order(), first.Concat(rest).Select(e => e.Id));
        }

        // and goes on live
        deployments.Add(await Add(uuid));
        Assert.Equal(deployments[^1].Uuid.ToString(), (await byHeader.ReadNext())!["uuid"]);
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_said()
    {
        var uuid = (await _server.CreateService()).Split('/')[^2];
        var deployments = new List<Deployment>();
        for (var i = 0; i < 10; i++)
            deployments.Add(await Add(uuid));
        var events = (await _server.Ledger.ListEvents(OrganizationNames.Default, 0, 100, default)).Items;
        await _server.Ledger.TrimEvents(DateTimeOffset.MinValue, 4, default);

        using var behind = await EventReader.Open(_server, "1");
        var reset = (await behind.ReadNext())!;
        Assert.Equal(("reset", "reset", events[^5].Number), (reset.Type, reset["type"], reset.Id));
        Assert.Equal(deployments[^4..].Select(d => d.Uuid.ToString()), (await behind.ReadNext(4)).Select(e => e["uuid"]));

        // who has seen all that was removed has missed nothing
        using var just = await EventReader.Open(_server, reset.Id.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(deployments[^4..].Select(d => d.Uuid.ToString()), (await just.ReadNext(4)).Select(e => e["uuid"]));

        // an id of another ledger
        using var beyond = await EventReader.Open(_server, "999999999");
        Assert.Equal(
            ("reset", events[^1].Number),
            ((await beyond.ReadNext())! is var serverSentEvent ? serverSentEvent.Type : "", serverSentEvent.Id)
        );
        var next = await Add(uuid);
        Assert.Equal(next.Uuid.ToString(), (await beyond.ReadNext())!["uuid"]);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1 2")]
    [InlineData("99999999999999999999")]
    public async Task What_is_no_id_is_refused(string id)
    {
        var header = await _server.Send("GET", Events, null, null, null, ("Last-Event-ID", id));
        Assert.Equal(400, header.Status);
        Assert.Equal($"`Last-Event-ID` is \"{id}\"; expected the id of an event, a whole number.", header.Error);
        var query = await _server.Get($"{Events}?last_event_id={Uri.EscapeDataString(id)}");
        Assert.Equal(400, query.Status);
        Assert.StartsWith("`last_event_id` is", query.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_for_those_with_the_token_alone()
    {
        Assert.Equal(401, (await _server.Send("GET", Events, null, null, "")).Status);
        Assert.Equal(401, (await _server.Send("GET", Events, null, null, "Bearer wrong")).Status);
        Assert.Equal(200, (await _server.Send("HEAD", "/api/audit/v1/default/events/")).Status);
        Assert.Equal(404, (await _server.Get("/api/audit/v1/other/events")).Status);
    }

    [Fact]
    public async Task A_quiet_stream_shows_that_it_lives()
    {
        using var reader = await EventReader.Open(_server);
        Assert.Equal(": connected", await reader.ReadLine());
        Assert.Equal("", await reader.ReadLine());
        Assert.Equal(": still there", await reader.ReadLine());
        Assert.Equal("", await reader.ReadLine());
    }

    [Fact]
    public async Task Open_streams_end_with_the_process()
    {
        var own = await ApiServer.Start();
        using var reader = await EventReader.Open(own);
        await own.App.StopAsync();
        Assert.Null(await reader.ReadNext());
        await own.DisposeAsync();
    }

    private async Task<Deployment> Add(string service)
    {
        var deployment = new Deployment
        {
            Uuid = Guid.NewGuid(),
            ServiceId = Guid.Parse(service),
            Operation = Operation.Redeploy,
            State = DeploymentState.InProgress,
            Cause = new DeploymentCause
            {
                Kind = CauseKind.Person,
                Text = "asked for by ida",
                User = "ida",
            },
            Created = DateTimeOffset.UtcNow,
            Started = DateTimeOffset.UtcNow,
        };
        await _server.Ledger.AddDeployment(deployment, default);
        return deployment;
    }
}
