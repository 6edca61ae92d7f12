using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoDeploy.Testing;

/// <summary>A web server that keeps what is posted to it, and answers as it is told to.</summary>
public sealed class HttpReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly List<ReceivedRequest> _all = [];
    private readonly CancellationTokenSource _ended = new();

    private HttpReceiver(WebApplication server, Func<ReceivedRequest, int> answer)
    {
        _server = server;
        Answer = answer;
        server.Run(Take);
    }

    public int Port => new Uri(_server.Urls.Single()).Port;

    public string Url => $"http://127.0.0.1:{Port}/hook/secret-part";

    /// <summary>The status for a request; 0: none, ever. Called before it is kept.</summary>
    public Func<ReceivedRequest, int> Answer { get; set; }

    /// <summary>Headers of each answer.</summary>
    public Dictionary<string, string> AnswerHeaders { get; } = [];

    public string AnswerBody { get; set; } = "";

    /// <summary>All that came so far, also what was refused.</summary>
    public IReadOnlyList<ReceivedRequest> All
    {
        get
        {
            lock (_all)
                return [.. _all];
        }
    }

    /// <summary>What was taken.</summary>
    public IReadOnlyList<ReceivedRequest> Taken => [.. All.Where(r => r.Status is >= 200 and < 300)];

    /// <param name="answer">See <see cref="Answer"/>; 204 unless given.</param>
    /// <param name="port">0: a free one.</param>
    public static async Task<HttpReceiver> Start(Func<ReceivedRequest, int>? answer = null, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Listen(IPAddress.Loopback, port);
            });
        // who was told to wait for ever need not be waited for
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var receiver = new HttpReceiver(builder.Build(), answer ?? (_ => 204));
        await receiver._server.StartAsync();
        return receiver;
    }

    /// <summary>Waits until so many were taken.</summary>
    public async Task<IReadOnlyList<ReceivedRequest>> WaitForCount(int count)
    {
        await Eventually.Until(() => Taken.Count >= count, $"{count} messages were taken");
        return Taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _server.DisposeAsync();
        _ended.Dispose();
    }

    private async Task Take(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var receivedRequest = new ReceivedRequest(context.Request.Method, target, headers, body.ToArray(), 0);
        receivedRequest = receivedRequest with { Status = Answer(receivedRequest) };
        lock (_all)
            _all.Add(receivedRequest);
        if (receivedRequest.Status == 0)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ended.Token);
            await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            context.Abort();
            return;
        }

        context.Response.StatusCode = receivedRequest.Status;
        foreach (var (name, value) in AnswerHeaders)
            context.Response.Headers[name] = value;
        if (AnswerBody.Length > 0)
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(AnswerBody));
    }
}
