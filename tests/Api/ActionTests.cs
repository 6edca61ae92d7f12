using System.Net.Http.Headers;
using AutoDeploy.Deployments;
using AutoDeploy.Hosting.Jobs;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Api.Tests;

[Collection("server")]
public sealed class ActionTests(ApiServer server)
{
    private const string Actions = "/api/audit/v1/action/";

    [Fact]
    public async Task An_action_tells_what_was_asked_by_whom_and_how_it_ended()
    {
        var serviceId = Guid.Parse((await server.CreateService()).Split('/')[^2]);
        var pushId = Guid.NewGuid();
        var deployment = await Add(
            serviceId,
            DeploymentState.Success,
            new DateTimeOffset(2025, 10, 13, 11, 1, 43, TimeSpan.Zero),
            d =>
                d with
                {
                    Cause = new DeploymentCause
                    {
                        Kind = CauseKind.Push,
                        PushId = pushId,
                        Text = "push of acme/api:1.2 by ida",
                    },
                    Ended = new DateTimeOffset(2025, 10, 13, 13, 1, 45, TimeSpan.FromHours(2)),
                    Result = "It runs.",
                    Image = "docker.io/acme/api:1.2",
                    Digest = RegistrySamples.Digest,
                    Step = DeploymentStep.CleanUp,
                }
        );
        var uri = $"{Actions}{deployment.Uuid}/";
        var apiResponse = await server.Get(uri);
        Assert.True(
            System.Text.Json.Nodes.JsonNode.DeepEquals(
                System.Text.Json.Nodes.JsonNode.Parse(
                    $$"""
                    {
                      "uuid": "{{deployment.Uuid}}", "resource_uri": "{{uri}}", "action": "Service Redeploy", "state": "Success",
                      "object": "/api/app/v1/service/{{serviceId}}/", "service": "/api/app/v1/service/{{serviceId}}/",
                      "created": "Mon, 13 Oct 2025 11:01:43 +0000",
                      "start_date": "Mon, 13 Oct 2025 11:01:43 +0000", "end_date": "Mon, 13 Oct 2025 11:01:45 +0000", "result": "It runs.",
                        "step": "clean_up",
                      "image": "docker.io/acme/api:1.2", "digest": "{{RegistrySamples.Digest}}", "commit": null,
                      "cause": {"kind": "push", "text": "push of acme/api:1.2 by ida", "push": "{{pushId}}"}, "user": "", "ip": "",
                        "location": "", "method": "", "path": "",
                      "user_agent": "", "is_user_action": false, "waiting_place": null, "progress": null, "can_be_canceled": false,
                        "can_be_retried": false,
                      "cancel_asked_by": null, "rolled_back": false, "is_rollback": false
                    }
                    """
                ),
                System.Text.Json.Nodes.JsonNode.Parse(apiResponse.Text)
            ),
            apiResponse.Text
        );
    }

    [Fact]
    public async Task Actions_are_filtered_and_paged_newest_first()
    {
        var serviceId = Guid.Parse((await server.CreateService()).Split('/')[^2]);
        var start = new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
        var all = new List<Deployment>();
        for (var i = 0; i < 5; i++)
            all.Add(await Add(serviceId, i % 2 == 0 ? DeploymentState.Success : DeploymentState.Failed, start.AddHours(i)));
        var mine = $"?object=/api/app/v1/service/{serviceId}/";

        Assert.Equal([4, 3, 2, 1, 0], await Found(mine));
        Assert.Equal([3, 1], await Found(mine + "&state=failed"));
        Assert.Empty(await Found(mine + "&state=Canceling"));
        Assert.Equal([2], await Found($"?uuid={all[2].Uuid}"));
        Assert.Equal([2], await Found($"?uuid__startswith={all[2].Uuid.ToString()[..18]}"));
        Assert.Equal([4, 3], await Found(mine + "&start_date__gte=2024-05-01T15:00:00Z"));
        Assert.Equal([4, 3], await Found(mine + "&start_date__gte=Wed,%2001%20May%202024%2015:00:00%20%2B0000"));
        Assert.Equal([4, 3], await Found(mine + "&start_date__gte=Wed,%2001%20May%202024%2015:00:00%20+0000"));
        Assert.Equal([4, 3], await Found(mine + "&start_date__gte=Wed,+1+May+2024+17:00:00+%2B0200"));
        Assert.Equal([1, 0], await Found(mine + "&start_date__lte=2024-05-01T15:30:00%2B02:00"));
        Assert.Equal([3, 2], await Found(mine + "&end_date__gte=2024-05-01T14:00:30Z&end_date__lte=2024-05-01T15:01:00Z"));
        Assert.Equal([3, 2], await Found(mine + "&limit=2&offset=1"));
        var page = (await server.Get(Actions + mine + "&limit=2&offset=1")).Json.GetProperty("meta");
        Assert.Equal(
            [4],
            await Found(
                new Uri("http://x" + page.GetProperty("previous").GetString()).Query.Replace("limit=2", "limit=1", StringComparison.Ordinal)
            )
        );
        Assert.Equal([1, 0], await Found(new Uri("http://x" + page.GetProperty("next").GetString()).Query));

        async Task<List<int>> Found(string query) =>
            [
                .. (await server.Get(Actions + query))
                    .Json.GetProperty("objects")
                    .EnumerateArray()
                    .Select(o => all.FindIndex(d => d.Uuid == o.GetProperty("uuid").GetGuid())),
            ];
    }

    [Fact]
    public async Task A_log_is_text_with_a_line_for_each_thing_that_happened()
    {
        var deployment = await Add(Guid.NewGuid(), DeploymentState.Failed, DateTimeOffset.UtcNow);
        var lines = Enumerable.Range(0, 1234).Select(i => $"line {i} ümlaut").ToList();
        await server.Ledger.AppendLog(deployment.Uuid, lines, CancellationToken.None);
        foreach (var query in (string[])["", "?follow=false", "?follow=true", "?follow=True"])
        {
            var apiResponse = await server.Get($"{Actions}{deployment.Uuid}/log/{query}");
            Assert.Equal("text/plain; charset=utf-8", apiResponse.Headers["Content-Type"]);
            var found = apiResponse.Text.TrimEnd('\n').Split('\n');
            Assert.Equal(lines, found.Select(l => l[25..]));
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z line 0 ümlaut$", found[0]);
        }
    }

    [Fact]
    public async Task A_followed_log_goes_on_until_the_end_of_the_action()
    {
        await using var own = await ApiServer.Start();
        // which would find that nobody works on this deployment, and end it
        await own.App.Services.GetRequiredService<RecoverySweep>().StopAsync(CancellationToken.None);
        var deployment = await Add(own, Guid.NewGuid(), DeploymentState.InProgress, DateTimeOffset.UtcNow, d => d);
        await own.Ledger.AppendLog(deployment.Uuid, ["first"], CancellationToken.None);
        using var request = Follow(own, deployment);
        using var response = await own.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.EndsWith(" first", await reader.ReadLineAsync(), StringComparison.Ordinal);
        await own.Ledger.AppendLog(deployment.Uuid, ["second"], CancellationToken.None);
        Assert.EndsWith(" second", await reader.ReadLineAsync(), StringComparison.Ordinal);
        await own.Ledger.AppendLog(deployment.Uuid, ["last"], CancellationToken.None);
        await own.Ledger.UpdateDeployment(
            deployment with
            {
                State = DeploymentState.Success,
                Ended = DateTimeOffset.UtcNow,
            },
            CancellationToken.None
        );
        Assert.EndsWith(" last", await reader.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task A_followed_log_does_not_hold_up_the_end_of_the_process()
    {
        var own = await ApiServer.Start();
        var deployment = await Add(own, Guid.NewGuid(), DeploymentState.InProgress, DateTimeOffset.UtcNow, d => d);
        await own.Ledger.AppendLog(deployment.Uuid, ["first"], CancellationToken.None);
        using var request = Follow(own, deployment);
        using var response = await own.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await reader.ReadLineAsync();
        await own.App.StopAsync();
        Assert.Null(await reader.ReadLineAsync());
        await own.DisposeAsync();
    }

    private static HttpRequestMessage Follow(ApiServer own, Deployment deployment) =>
        new(HttpMethod.Get, $"{Actions}{deployment.Uuid}/log/?follow=true")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", own.Token) },
        };

    private Task<Deployment> Add(Guid serviceId, DeploymentState state, DateTimeOffset at, Func<Deployment, Deployment>? change = null) =>
        Add(server, serviceId, state, at, change ?? (d => d));

    private static async Task<Deployment> Add(
        ApiServer server,
        Guid serviceId,
        DeploymentState state,
        DateTimeOffset at,
        Func<Deployment, Deployment> change
    )
    {
        var deployment = change(
            new Deployment
            {
                Uuid = Guid.NewGuid(),
                ServiceId = serviceId,
                Operation = Operation.Redeploy,
                State = state,
                Cause = new DeploymentCause { Kind = CauseKind.Person },
                Created = at,
                Started = at,
                Ended = state == DeploymentState.InProgress ? null : at.AddMinutes(1),
            }
        );
        await server.Ledger.AddDeployment(deployment, CancellationToken.None);
        return deployment;
    }
}
