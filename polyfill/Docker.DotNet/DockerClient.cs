using System.Net;
using System.Net.Http.Headers;
using Docker.DotNet.Handler.Abstractions;

namespace Docker.DotNet;

public sealed class DockerClient : IDockerClient
{
    private readonly HttpClient _http;
    private readonly ResolvedClientOptions _options;
    private readonly IStreamHijacker _hijacker;
    private readonly string _prefix;

    internal DockerClient(ResolvedTransport transport, ResolvedClientOptions options, IStreamHijacker hijacker)
    {
        _http = new HttpClient(transport.Handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        _options = options;
        _hijacker = hijacker;
        _prefix = transport.EffectiveEndpoint.AbsoluteUri.TrimEnd('/') + "/" + (options.ApiVersion is { } version ? $"v{version}/" : "");
        System = new SystemOperations(this);
        Containers = new ContainerOperations(this);
        Images = new ImageOperations(this);
        Networks = new NetworkOperations(this);
        Volumes = new VolumeOperations(this);
        Exec = new ExecOperations(this);
    }

    public ISystemOperations System { get; }

    public IContainerOperations Containers { get; }

    public IImageOperations Images { get; }

    public INetworkOperations Networks { get; }

    public IVolumeOperations Volumes { get; }

    public IExecOperations Exec { get; }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends a request and returns the status of a successful answer.</summary>
    internal async Task<HttpStatusCode> Send(Request request, CancellationToken cancellationToken)
    {
        using var response = await SendInTime(request, cancellationToken);
        return response.StatusCode;
    }

    /// <summary>Sends a request and reads a JSON answer.</summary>
    internal async Task<T> Get<T>(Request request, CancellationToken cancellationToken)
    {
        using var response = await SendInTime(request, cancellationToken);
        return Json.Read<T>(await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    /// <summary>Sends a request and reports each JSON value of the answer as it comes.</summary>
    internal async Task Follow<T>(Request request, IProgress<T> progress, CancellationToken cancellationToken)
    {
        using var response = await Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var value in Json.ReadSequence<T>(stream, cancellationToken))
            progress.Report(value);
    }

    /// <summary>Sends a request and hands over the answer's body as it comes.</summary>
    internal async Task<Stream> Stream(Request request, CancellationToken cancellationToken)
    {
        // the response lives as long as its stream: disposing the stream gives the connection back
        var response = await Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>Sends a request that turns the connection into a raw stream.</summary>
    internal async Task<Stream> Hijack(Request request, CancellationToken cancellationToken)
    {
        var response = await Send(request with { Upgrade = true }, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return await _hijacker.HijackStreamAsync(response.Content);
    }

    private async Task<HttpResponseMessage> SendInTime(Request request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(request.Timeout ?? _options.Timeout);
        return await Send(request, HttpCompletionOption.ResponseContentRead, limit.Token);
    }

    private async Task<HttpResponseMessage> Send(Request request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, _prefix + request.Path + request.Query);
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("Docker.DotNet", null));
        if (request.Upgrade)
        {
            message.Headers.Connection.Add("upgrade");
            message.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
        }

        foreach (var (name, value) in request.Headers)
            message.Headers.Add(name, value);
        if (request.Archive is { } archive)
        {
            message.Content = new StreamContent(archive);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        }
        else if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(Json.Write(body));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        var response = await _http.SendAsync(message, completion, cancellationToken);
        if (response.StatusCode is < HttpStatusCode.BadRequest)
            return response;
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            throw response.StatusCode == HttpStatusCode.NotFound && request.NotFound is { } notFound
                ? notFound(response.StatusCode, text)
                : new DockerApiException(response.StatusCode, text);
        }
    }
}
