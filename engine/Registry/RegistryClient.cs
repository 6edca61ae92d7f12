using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Engine;

/// <summary><see cref="IRegistry"/> by the protocol of distribution, which all registries speak.</summary>
public sealed class RegistryClient : IRegistry, IDisposable
{
    private const int ManifestLimit = 8 * 1024 * 1024;
    private const int TagsAtOnce = 1000;

    /// <summary>Of a host that says "too many requests" and not until when.</summary>
    private static readonly TimeSpan UsualRest = TimeSpan.FromMinutes(1);

    /// <summary>Of a host whose window has no requests left; it slides, so that some come back sooner.</summary>
    private static readonly TimeSpan LimitRest = TimeSpan.FromMinutes(15);

    private const int TagLimit = 10_000;

    private static readonly MediaTypeWithQualityHeaderValue[] Manifests =
    [
        new("application/vnd.oci.image.index.v1+json"),
        new("application/vnd.docker.distribution.manifest.list.v2+json"),
        new("application/vnd.oci.image.manifest.v1+json"),
        new("application/vnd.docker.distribution.manifest.v2+json"),
    ];

    private readonly HttpClient _http;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly RegistryTokens _tokens;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _rests = new();

    public RegistryClient(IOptions<EngineOptions> options, TimeProvider time)
        : this(options, time, new SocketsHttpHandler
        {
            UseCookies = false,
            MaxAutomaticRedirections = 5,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
    {
    }

    /// <summary>With another way to the registries, for tests.</summary>
    public RegistryClient(IOptions<EngineOptions> options, TimeProvider time, HttpMessageHandler handler)
    {
        _options = options.Value;
        _time = time;
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = ManifestLimit };
        _tokens = new RegistryTokens(Send, time);
    }

    public async Task<string> Resolve(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        if (image.Digest is { } pinned)
            return pinned;
        using var head = await Ask(HttpMethod.Head, image, credential, cancellationToken);
        if (head.IsSuccessStatusCode && DigestOf(head) is { } told)
            return told;
        if (!head.IsSuccessStatusCode && head.StatusCode is not (HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented))
            throw Failure(head, image, credential);

        // this registry does not tell the digest, or does not know the question: it is the hash of the manifest
        using var get = await Ask(HttpMethod.Get, image, credential, cancellationToken);
        if (!get.IsSuccessStatusCode)
            throw Failure(get, image, credential);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(await get.Content.ReadAsByteArrayAsync(cancellationToken)));
    }

    public async Task<IReadOnlyList<string>> Tags(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var tags = new List<string>();
        var next = $"tags/list?n={TagsAtOnce.ToString(CultureInfo.InvariantCulture)}";
        while (next is not null && tags.Count < TagLimit)
        {
            using var page = await Ask(HttpMethod.Get, image, next, credential, cancellationToken);
            if (!page.IsSuccessStatusCode)
                throw Failure(page, image, credential);
            var list = TagList(await page.Content.ReadAsByteArrayAsync(cancellationToken), image);
            tags.AddRange(list.Where(ImageName.IsTag));
            next = list.Count > 0 && HasNext(page) ? $"tags/list?n={TagsAtOnce.ToString(CultureInfo.InvariantCulture)}&last={Uri.EscapeDataString(list[^1])}" : null;
        }

        return tags;
    }

    public void Dispose() => _http.Dispose();

    private static List<string> TagList(byte[] json, ImageName image)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array
                ? [.. tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!)]
                : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new RegistryException(RegistryFault.Refused, $"The registry {image.Host} listed the tags of {image.Path} in a form that cannot be read.", e);
        }
    }

    /// <summary>RFC 5988's <c>rel="next"</c>: the list goes on after the last tag.</summary>
    private static bool HasNext(HttpResponseMessage page) =>
        page.Headers.TryGetValues("Link", out var links) && links.Any(link => link.Contains("rel=\"next\"", StringComparison.Ordinal));

    private Task<HttpResponseMessage> Ask(HttpMethod method, ImageName image, RegistryCredential? credential, CancellationToken cancellationToken) =>
        Ask(method, image, $"manifests/{image.Tag}", credential, cancellationToken);

    private async Task<HttpResponseMessage> Ask(
        HttpMethod method, ImageName image, string what, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var isPlain = IsPlain(image.Host);
        var server = image.IsDockerHub ? "registry-1.docker.io" : image.Host;
        var address = new Uri($"{(isPlain ? "http" : "https")}://{server}/v2/{image.Path}/{what}");
        var known = _tokens.Find(image, credential);
        var response = await Send(Request(known), image.Host, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
            return response;

        using (response)
        {
            var answer = await _tokens.Obtain(image, credential, response.Headers.WwwAuthenticate, isPlain, cancellationToken)
                ?? throw Unauthorized(image, credential);
            return await Send(Request(answer), image.Host, cancellationToken);
        }

        HttpRequestMessage Request(AuthenticationHeaderValue? authorization)
        {
            var request = new HttpRequestMessage(method, address);
            request.Headers.Authorization = authorization;
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("autodeploy", null));
            foreach (var type in Manifests)
                request.Headers.Accept.Add(type);
            return request;
        }
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, string host, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.RegistryTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using (request)
            try
            {
                var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
                Heed(response, host);
                return response;
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new RegistryException(
                    RegistryFault.Unreachable, $"The registry {host} did not answer within {_options.RegistryTimeout.TotalSeconds:0.###} s.", e);
            }
            catch (HttpRequestException e)
            {
                throw e.HttpRequestError switch
                {
                    HttpRequestError.SecureConnectionError => new RegistryException(
                        RegistryFault.Refused,
                        $"No secure connection to the registry {host}: {(e.InnerException ?? e).Message} If it speaks plain HTTP, list it as insecure.",
                        e),
                    HttpRequestError.NameResolutionError => new RegistryException(
                        RegistryFault.Unreachable, $"The registry {host} cannot be reached: its name is unknown.", e),
                    HttpRequestError.ConfigurationLimitExceeded => new RegistryException(
                        RegistryFault.Refused, $"The registry {host} gave an answer that is too long.", e),
                    _ => new RegistryException(
                        RegistryFault.Unreachable, $"The registry {host} cannot be reached: {(e.InnerException ?? e).Message.TrimEnd('.')}.", e),
                };
            }
    }

    public bool WantsRest(string host) => _rests.TryGetValue(host, out var until) && until > _time.GetUtcNow();

    /// <summary>429 with or without Retry-After, and Docker Hub's <c>ratelimit-remaining: 0;w=21600</c>.</summary>
    private void Heed(HttpResponseMessage response, string host)
    {
        TimeSpan? rest = response.StatusCode == HttpStatusCode.TooManyRequests ? RetryAfter(response) ?? UsualRest
            : response.Headers.TryGetValues("ratelimit-remaining", out var values) && values.FirstOrDefault()?.Split(';')[0].Trim() == "0" ? LimitRest
            : null;
        if (rest is { } time)
            _rests[host] = _time.GetUtcNow() + time;
    }

    private bool IsPlain(string host) => RegistryHost.IsLoopback(host) || _options.InsecureRegistries.Contains(host);

    private static string? DigestOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out var values) && values.FirstOrDefault() is { } digest && ImageName.IsDigest(digest) ? digest : null;

    private RegistryException Failure(HttpResponseMessage response, ImageName image, RegistryCredential? credential) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Unauthorized(image, credential),
        HttpStatusCode.NotFound => new RegistryException(
            RegistryFault.NotFound, $"The registry {image.Host} has no tag \"{image.Tag}\" of {image.Path}."),
        HttpStatusCode.TooManyRequests => new RegistryException(
            RegistryFault.TooManyRequests, $"The registry {image.Host} has had too many requests from us{Wait(response)}."),
        >= HttpStatusCode.InternalServerError => new RegistryException(
            RegistryFault.Unreachable, $"The registry {image.Host} is out of order: it answered {(int)response.StatusCode}."),
        _ => new RegistryException(
            RegistryFault.Refused, $"The registry {image.Host} refused to name the digest of {image.Path}:{image.Tag}: it answered {(int)response.StatusCode}."),
    };

    internal static RegistryException Unauthorized(ImageName image, RegistryCredential? credential) => new(
        RegistryFault.Unauthorized,
        credential is not null ? $"The registry {image.Host} refuses the credentials for {image.Path}."
        : image.IsDockerHub ? $"The registry {image.Host} wants credentials for {image.Path}, or has no such image."
        : $"The registry {image.Host} wants credentials for {image.Path}.");

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };

    private string Wait(HttpResponseMessage response)
    {
        var wait = RetryAfter(response) ?? TimeSpan.Zero;
        return wait > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"; it wants us to wait {Math.Ceiling(wait.TotalSeconds)} s") : "";
    }
}
