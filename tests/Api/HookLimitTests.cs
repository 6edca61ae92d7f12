using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>Senders that send too much or too slowly are stopped, and stop nobody else.</summary>
public sealed class HookLimitTests
{
    private const int MaxCounted = 5_000;

    private readonly FakeTimeProvider _time = new();

    /// <summary>For a whole process, in which somebody may wait for less than a timer can measure.</summary>
    private readonly CreepingTime _serversTime = new();
    private readonly Guid _hookId = Guid.NewGuid();

    [Fact]
    public async Task Ten_seconds_worth_of_deliveries_are_taken_at_once_and_then_as_many_as_flow_in()
    {
        using var rate = new HookRateLimit(1);
        var begun = Stopwatch.GetTimestamp();

        var taken = CountTaken(rate);

        // what flowed in meanwhile may have been taken, too
        Assert.InRange(taken, 10, 11 + (int)Stopwatch.GetElapsedTime(begun).TotalSeconds);
        // another one's are its own
        Assert.Null(rate.Take(Guid.NewGuid()));
        await Eventually.Until(() => rate.Take(_hookId) is null, "a token has flowed in");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(200, 1)]
    public void A_refusal_says_how_many_seconds_to_wait(int perSecond, int seconds)
    {
        using var rate = new HookRateLimit(perSecond);

        TimeSpan? wait;
        while ((wait = rate.Take(_hookId)) is null)
            continue;

        Assert.Equal(TimeSpan.FromSeconds(seconds), wait);
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        using var rate = new HookRateLimit(0);

        Assert.Equal(MaxCounted, CountTaken(rate));
    }

    [Fact]
    public async Task Too_many_deliveries_are_refused_and_leave_nothing_until_some_time_has_passed()
    {
        await using var server = await ApiServer.Start(options: new ApiOptions { HookRate = 1 });
        var (hook, other) = (await server.CreateHook("gitea"), await server.CreateHook("registry", "s3cret"));

        var (taken, refused) = await SendUntilRefused(202, i => Deliver(server, hook, i));
        Assert.InRange(taken, 10, int.MaxValue);
        Assert.Equal((429, "1"), (refused.Status, refused.Headers["Retry-After"]));
        Assert.Equal("Too many deliveries come through this hook; try again in 1 second.", refused.Error);
        Assert.Equal(taken, await Count(server, hook));

        // who does not know the secret is not let try for ever either
        var (tries, _) = await SendUntilRefused(401, i => Deliver(server, other, i));
        Assert.InRange(tries, 10, int.MaxValue);

        await Eventually.Until(async () => (await Deliver(server, hook, taken)).Status == 202, "a token has flowed in");
        Assert.Equal(taken + 1, await Count(server, hook));
        await SendUntilRefused(null, _ => server.Send("GET", Path(hook) + "?payload=%7B%7D", null, null, ""));
    }

    [Fact]
    public async Task A_body_that_does_not_come_to_its_end_in_30_seconds_is_refused_and_the_connection_closed()
    {
        await using var server = await ApiServer.Start(time: _serversTime);
        var hook = await server.CreateHook("dockerhub");
        using var client = new TcpClient();
        await client.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {Path(hook)} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{"));

        var answer = "";
        var buffer = new byte[4096];
        var reading = Task.Run(async () =>
        {
            try
            {
                while (await stream.ReadAsync(buffer) is > 0 and var count)
                    answer += Encoding.ASCII.GetString(buffer, 0, count);
            }
            catch (IOException)
            {
                // closed all the same: there may be a byte of ours that nobody read
            }
        });
        // time goes on until the server has given up
        await Eventually.Until(() =>
        {
            _serversTime.Advance(HookEndpoint.BodyTimeout);
            return reading.IsCompleted;
        });

        await reading;
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("The body did not come to its end within 30 seconds.", answer, StringComparison.Ordinal);
        Assert.Equal(0, await Count(server, hook));
    }

    [Fact]
    public async Task A_body_may_take_its_time_short_of_that()
    {
        var body = new SlowBody();
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext { Request = { Body = body } };
        var reading = Http.RequestBody.Read(context, 100, HookEndpoint.BodyTimeout, _time);
        _time.Advance(HookEndpoint.BodyTimeout - TimeSpan.FromTicks(1));
        Assert.False(reading.IsCompleted);
        body.End.SetResult();
        (await reading).Dispose();

        reading = Http.RequestBody.Read(
            new Microsoft.AspNetCore.Http.DefaultHttpContext { Request = { Body = new SlowBody() } },
            100,
            HookEndpoint.BodyTimeout,
            _time
        );
        _time.Advance(HookEndpoint.BodyTimeout);
        Assert.Equal(408, (await Assert.ThrowsAsync<Http.ApiException>(() => reading)).Status);
    }

    private int CountTaken(HookRateLimit rate)
    {
        var taken = 0;
        while (taken < MaxCounted && rate.Take(_hookId) is null)
            taken++;
        return taken;
    }

    /// <param name="status">Of each answer before the refusal; null: any.</param>
    private static async Task<(int Before, ApiResponse Refused)> SendUntilRefused(int? status, Func<int, Task<ApiResponse>> send)
    {
        for (var i = 0; ; i++)
        {
            var answer = await send(i);
            if (answer.Status == 429)
                return (i, answer);
            Assert.Equal(status ?? answer.Status, answer.Status);
        }
    }

    private static Task<ApiResponse> Deliver(ApiServer server, JsonElement hook, int id) =>
        server.Send("POST", Path(hook), Encoding.UTF8.GetBytes(GitSamples.Push("gitea")), null, "", ("X-Gitea-Delivery", $"id-{id}"));

    private static string Path(JsonElement hook) => new Uri(hook.GetProperty("url").GetString()!).AbsolutePath;

    private static async Task<int> Count(ApiServer server, JsonElement hook) =>
        (await server.Get(hook.GetProperty("resource_uri").GetString() + "delivery/"))
            .Json.GetProperty("meta")
            .GetProperty("total_count")
            .GetInt32();

    /// <summary>Says nothing until its end.</summary>
    private sealed class SlowBody : MemoryStream
    {
        public TaskCompletionSource End { get; } = new();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await End.Task.WaitAsync(cancellationToken);
            return 0;
        }
    }
}
