using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Testing;

/// <summary>Stands between a registry and those who read from it, and can be slow, say no, or hang up.</summary>
public sealed class RegistryProxy : IAsyncDisposable
{
    /// <summary>Bytes; what is larger is no image's configuration.</summary>
    private const int Large = 64 * 1024;

    private readonly WebApplication _app;
    private readonly HttpClient _registry;

    private RegistryProxy(RegistryServer registry)
    {
        Port = UnixTools.FreePort();
        _registry = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://{registry.Host}/"),
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Port}");
        _app = builder.Build();
        _app.Run(Serve);
    }

    public int Port { get; }

    /// <summary>As it stands in image names.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>How it behaves from now on.</summary>
    public RegistryProxyBehavior Behavior { get; set; } = RegistryProxyBehavior.Normal;

    public static async Task<RegistryProxy> Start(RegistryServer registry)
    {
        var proxy = new RegistryProxy(registry);
        await proxy._app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _registry.Dispose();
    }

    private async Task Serve(HttpContext context)
    {
        var mood = Behavior;
        if (mood.OnlyBlobs && !IsBlob(context))
            mood = RegistryProxyBehavior.Normal;
        if (mood.HangsUp)
        {
            context.Abort();
            return;
        }

        await Task.Delay(mood.Delay, context.RequestAborted);
        if (mood.Status is { } status)
        {
            context.Response.StatusCode = status;
            if (status == StatusCodes.Status429TooManyRequests)
                context.Response.Headers.RetryAfter = mood.RetryAfter.ToString(CultureInfo.InvariantCulture);
            return;
        }

        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            context.Request.Path + context.Request.QueryString
        );
        foreach (var name in (string[])["Accept", "Range"])
            if (context.Request.Headers.TryGetValue(name, out var values))
                request.Headers.TryAddWithoutValidation(name, values.ToArray());
        try
        {
            using var answer = await _registry.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            await Pass(answer, context, mood);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            context.Abort();
        }
    }

    private static bool IsBlob(HttpContext context) => context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal);

    private static async Task Pass(HttpResponseMessage answer, HttpContext context, RegistryProxyBehavior mood)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not "Transfer-Encoding"))
            context.Response.Headers[name] = values.ToArray();
        if (context.Request.Method == HttpMethods.Head || answer.StatusCode == HttpStatusCode.NotModified)
            return;
        if (!IsBlob(context) || (!mood.CutsBlobs && mood.HalfWay is null))
        {
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
            return;
        }

        var content = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        var half = content.Length / 2;
        await context.Response.Body.WriteAsync(content.AsMemory(0, half), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (mood.CutsBlobs)
        {
            context.Abort();
            return;
        }

        if (content.Length > Large)
            await mood.HalfWay!();
        await context.Response.Body.WriteAsync(content.AsMemory(half), context.RequestAborted);
    }
}
