using System.Globalization;
using System.Net.Sockets;

namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>Asks over HTTP: not long, not much, and nobody but whom it was told to.</summary>
public sealed class SenderHttpClient : ISenderHttpClient, IDisposable
{
    private const int MaxResponseBytes = 256 << 10;

    /// <summary>The sender waits for an answer meanwhile.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(4);

    private readonly HttpClient _http;
    private readonly TimeSpan _timeout;

    public SenderHttpClient()
        : this(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            },
            DefaultTimeout
        ) { }

    /// <summary>With another way to the servers, for tests.</summary>
    internal SenderHttpClient(HttpMessageHandler handler, TimeSpan timeout)
    {
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxResponseBytes };
        _timeout = timeout;
    }

    public async Task<SenderHttpResponse> Get(Uri address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_timeout);
        try
        {
            using var answer = await _http.GetAsync(address, limit.Token);
            return new SenderHttpResponse(
                (int)answer.StatusCode,
                await answer.Content.ReadAsByteArrayAsync(limit.Token),
                answer.Headers.CacheControl?.MaxAge
            );
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SenderHttpException(
                string.Create(CultureInfo.InvariantCulture, $"{address.Host} did not answer within {_timeout.TotalSeconds:0.###} s."),
                e
            );
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            throw new SenderHttpException($"{address.Host} cannot be reached.", e);
        }
    }

    public void Dispose() => _http.Dispose();
}
