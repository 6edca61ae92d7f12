using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using AutoDeploy.Ports;
using AutoDeploy.Registry.Signatures;
using AutoDeploy.Sources;
using AutoDeploy.Telemetry;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Registry;

/// <summary>Implements <see cref="IRegistry"/> with the OCI distribution API (<c>/v2/</c>).</summary>
public sealed class RegistryClient : IRegistry, IDisposable
{
    private const int ManifestLimit = 8 * 1024 * 1024;
    private const string TagPageSize = "1000";

    /// <summary>The maximum number of pages of a tag list. Some registries limit the page size to few tags.</summary>
    private const int MostPages = 500;

    private static readonly MediaTypeWithQualityHeaderValue[] Manifests =
    [
        new("application/vnd.oci.image.index.v1+json"),
        new("application/vnd.docker.distribution.manifest.list.v2+json"),
        new("application/vnd.oci.image.manifest.v1+json"),
        new("application/vnd.docker.distribution.manifest.v2+json"),
    ];

    private readonly HttpClient _http;
    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly RegistryTokenCache _tokens;
    private readonly RegistryRateLimits _rests;
    private readonly RegistryEtagCache _etags = new();

    public RegistryClient(IOptions<RegistryOptions> options, TimeProvider time)
        : this(
            options,
            time,
            new SocketsHttpHandler
            {
                UseCookies = false,
                MaxAutomaticRedirections = 5,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            }
        ) { }

    /// <summary>Uses another HTTP handler; for tests.</summary>
    public RegistryClient(IOptions<RegistryOptions> options, TimeProvider time, HttpMessageHandler handler)
    {
        _options = options.Value;
        _time = time;
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = ManifestLimit };
        _tokens = new RegistryTokenCache(Send, time);
        _rests = new RegistryRateLimits(time);
    }

    public Task<string> Resolve(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken) =>
        image.Digest is { } pinned ? Task.FromResult(pinned) : Guard(image, () => Digest(image, credential, cancellationToken));

    public Task<ImageTags> ListTags(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken) =>
        Guard(image, () => Pages(image, credential, cancellationToken));

    public Task<SignatureCheck> CheckSignature(
        ImageName image,
        IReadOnlyList<string> keys,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    ) =>
        Guard(
            image,
            () =>
                new SignatureChecker(image, (what, limit) => Get(image, what, limit, credential, cancellationToken)).Check(
                    keys,
                    cancellationToken
                )
        );

    public bool IsRateLimited(string host) => _rests.IsLimited(host);

    public void Dispose() => _http.Dispose();

    /// <summary>A registry's answer is untrusted. An exception while reading it becomes a <see cref="RegistryException"/>.</summary>
    private static async Task<T> Guard<T>(ImageName image, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is not (RegistryException or OperationCanceledException or ObjectDisposedException))
        {
            throw new RegistryException(
                RegistryFault.Refused,
                $"The registry {image.Host} gave an answer that cannot be used: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}.",
                e
            );
        }
    }

    private async Task<string> Digest(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var (head, known) = await Request(HttpMethod.Head, image, credential, cancellationToken);
        using (head)
        {
            if (known is not null)
                return RegistryResponseReader.Digest(head) ?? known.Values[0];
            if (head.IsSuccessStatusCode && RegistryResponseReader.Digest(head) is { } told)
                return Keep(head, told);
            if (!head.IsSuccessStatusCode && head.StatusCode is not (HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented))
                throw Failure(head, image, credential);
        }

        // the registry sends no digest header or does not support HEAD: compute the digest from the manifest
        var (get, same) = await Request(HttpMethod.Get, image, credential, cancellationToken);
        using (get)
        {
            if (same is not null)
                return same.Values[0];
            if (!get.IsSuccessStatusCode)
                throw Failure(get, image, credential);
            return Keep(
                get,
                "sha256:" + Convert.ToHexStringLower(SHA256.HashData(await get.Content.ReadAsByteArrayAsync(cancellationToken)))
            );
        }

        string Keep(HttpResponseMessage answer, string digest)
        {
            _etags.Store(Address(image, ManifestOf(image)), credential, answer, digest);
            return digest;
        }
    }

    private async Task<ImageTags> Pages(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var tags = new HashSet<string>(StringComparer.Ordinal);
        var address = Address(image, $"tags/list?n={TagPageSize}");
        for (var pages = 1; ; pages++)
        {
            var (list, next) = await Page(image, address, credential, cancellationToken);
            var before = tags.Count;
            tags.UnionWith(list.Where(ImageName.IsTag));
            // the last page names no next page; limit the number of pages, because a faulty registry may link pages in a circle
            if (next is null || (tags.Count == before && next.Address is not null))
                return new ImageTags([.. tags.Take(IRegistry.MaxTags)], tags.Count > IRegistry.MaxTags);
            if (tags.Count == before)
                throw new RegistryException(
                    RegistryFault.Refused,
                    $"The registry {image.Host} goes on with the tags of {image.Path} at another place than its own, which is not asked."
                );
            if (pages == MostPages || tags.Count >= IRegistry.MaxTags)
                return new ImageTags([.. tags.Take(IRegistry.MaxTags)], IsCutOff: true);
            // a registry behind a proxy may link to a wrong host; the parameter "last" works on all of them
            address = next.Address ?? Address(image, $"tags/list?n={TagPageSize}&last={Uri.EscapeDataString(list[^1])}");
        }
    }

    private async Task<(IReadOnlyList<string> Tags, NextPage? Next)> Page(
        ImageName image,
        Uri address,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        var (page, known) = await Request(HttpMethod.Get, image, address, credential, cancellationToken);
        using (page)
        {
            if (known is not null)
                return (known.Values, known.Next);
            if (!page.IsSuccessStatusCode)
                throw Failure(page, image, credential);
            var list = RegistryResponseReader.Tags(await page.Content.ReadAsByteArrayAsync(cancellationToken), image);
            _etags.Store(address, credential, page, list);
            return (list, RegistryLinks.Next(page, address));
        }
    }

    /// <summary>A manifest, a blob or a list of the image's repository; null when the registry does not have it.</summary>
    /// <param name="image">Its repository is asked.</param>
    /// <param name="what">The path below the repository, or an address that the registry gave.</param>
    /// <param name="limit">So many bytes at most.</param>
    private async Task<RegistryContent?> Get(
        ImageName image,
        string what,
        int limit,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        var address = Uri.TryCreate(what, UriKind.Absolute, out var given) ? given : Address(image, what);
        var (answer, _) = await Request(HttpMethod.Get, image, address, credential, cancellationToken);
        using (answer)
        {
            if (
                (int)answer.StatusCode is >= 400 and < 500
                && answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests)
            )
                return null;
            if (!answer.IsSuccessStatusCode)
                throw Failure(answer, image, credential);
            var content = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            return content.Length <= limit
                ? new RegistryContent(content, RegistryLinks.Next(answer, address))
                : throw new RegistryException(
                    RegistryFault.Refused,
                    $"The registry {image.Host} gave {content.Length} bytes for a signature of {image.Path}; at most {limit} are read."
                );
        }
    }

    private static string ManifestOf(ImageName image) => $"manifests/{image.Tag}";

    private Uri Address(ImageName image, string what) =>
        new(
            $"{(IsPlain(image.Host) ? "http" : "https")}://"
                + $"{(image.IsDockerHub ? "registry-1.docker.io" : image.Host)}/v2/{image.Path}/{what}"
        );

    private Task<(HttpResponseMessage Answer, RegistryEtagCache.EtagEntry? Same)> Request(
        HttpMethod method,
        ImageName image,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    ) => Request(method, image, Address(image, ManifestOf(image)), credential, cancellationToken);

    /// <summary>Returns the answer. After 304, returns the cached answer.</summary>
    private async Task<(HttpResponseMessage Answer, RegistryEtagCache.EtagEntry? Same)> Request(
        HttpMethod method,
        ImageName image,
        Uri address,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        var known = _etags.Find(address, credential);
        var response = await Send(Request(_tokens.Find(image, credential)), image.Host, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            using (response)
            {
                var answer =
                    await _tokens.Obtain(image, credential, response.Headers.WwwAuthenticate, IsPlain(image.Host), cancellationToken)
                    ?? throw Unauthorized(image, credential);
                return Told(await Send(Request(answer), image.Host, cancellationToken));
            }

        return Told(response);

        (HttpResponseMessage Answer, RegistryEtagCache.EtagEntry? Same) Told(HttpResponseMessage answer) =>
            (answer, answer.StatusCode == HttpStatusCode.NotModified ? known : null);

        HttpRequestMessage Request(AuthenticationHeaderValue? authorization)
        {
            var request = new HttpRequestMessage(method, address);
            request.Headers.Authorization = authorization;
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("autodeploy", null));
            foreach (var type in Manifests)
                request.Headers.Accept.Add(type);
            if (known is not null)
                request.Headers.IfNoneMatch.Add(known.Tag);
            return request;
        }
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, string host, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.RegistryTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var span = AutoDeployTracing.StartPart("registry " + request.Method.Method, ActivityKind.Client);
        span?.SetTag(TraceTags.Server, host);
        span?.SetTag(TraceTags.Method, request.Method.Method);
        using (request)
            try
            {
                var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
                _rests.Update(response, host);
                span?.SetTag(TraceTags.Status, (int)response.StatusCode);
                return response;
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                span.Fail("timeout");
                throw new RegistryException(
                    RegistryFault.Unreachable,
                    $"The registry {host} did not answer within {_options.RegistryTimeout.TotalSeconds:0.###} s.",
                    e
                );
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
            {
                // a connection that is closed while it is established throws the socket's own exception
                var error = (e as HttpRequestException)?.HttpRequestError ?? HttpRequestError.ConnectionError;
                span.Fail(AutoDeployMetrics.FormatWord(error));
                throw error switch
                {
                    HttpRequestError.SecureConnectionError => new RegistryException(
                        RegistryFault.Refused,
                        $"No secure connection to the registry {host}: {(e.InnerException ?? e).Message} If it speaks plain HTTP, "
                            + "list it as insecure.",
                        e
                    ),
                    HttpRequestError.NameResolutionError => new RegistryException(
                        RegistryFault.Unreachable,
                        $"The registry {host} cannot be reached: its name is unknown.",
                        e
                    ),
                    HttpRequestError.ConfigurationLimitExceeded => new RegistryException(
                        RegistryFault.Refused,
                        $"The registry {host} gave an answer that is too long.",
                        e
                    ),
                    _ => new RegistryException(
                        RegistryFault.Unreachable,
                        $"The registry {host} cannot be reached: {(e.InnerException ?? e).Message.TrimEnd('.')}.",
                        e
                    ),
                };
            }
    }

    private bool IsPlain(string host) => LoopbackHosts.IsLoopback(host) || _options.InsecureRegistries.Contains(host);

    private RegistryException Failure(HttpResponseMessage response, ImageName image, RegistryCredential? credential) =>
        response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Unauthorized(image, credential),
            HttpStatusCode.NotFound => new RegistryException(
                RegistryFault.NotFound,
                $"The registry {image.Host} has no tag \"{image.Tag}\" of {image.Path}."
            ),
            HttpStatusCode.TooManyRequests => new RegistryException(
                RegistryFault.TooManyRequests,
                $"The registry {image.Host} has had too many requests from us{FormatRetryAfter(response)}."
            ),
            >= HttpStatusCode.InternalServerError => new RegistryException(
                RegistryFault.Unreachable,
                $"The registry {image.Host} is out of order: it answered {(int)response.StatusCode}."
            ),
            _ => new RegistryException(
                RegistryFault.Refused,
                $"The registry {image.Host} refused to name the digest of {image.Path}:{image.Tag}: it answered {(int)response.StatusCode}."
            ),
        };

    internal static RegistryException Unauthorized(ImageName image, RegistryCredential? credential) =>
        new(
            RegistryFault.Unauthorized,
            credential is not null ? $"The registry {image.Host} refuses the credentials for {image.Path}."
                : image.IsDockerHub ? $"The registry {image.Host} wants credentials for {image.Path}, or has no such image."
                : $"The registry {image.Host} wants credentials for {image.Path}."
        );

    private string FormatRetryAfter(HttpResponseMessage response)
    {
        var wait = _rests.RetryAfter(response) ?? TimeSpan.Zero;
        return wait > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"; it wants us to wait {Math.Ceiling(wait.TotalSeconds)} s")
            : "";
    }
}
