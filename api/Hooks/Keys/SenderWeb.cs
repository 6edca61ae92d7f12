using System.Globalization;
using System.Net.Sockets;

namespace AutoDeploy.Api.Hooks;

/// <summary>Asks over HTTP: not long, not much, and nobody but whom it was told to.</summary>
public sealed class SenderWeb : ISenderWeb, IDisposable
{
    private const int Largest = 256 << 10;

    /// <summary>The sender waits for an answer meanwhile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly HttpClient _http;
    private readonly TimeSpan _patience;

    public SenderWeb()
        : this(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }, Patience)
    {
    }

    /// <summary>With another way to the servers, for tests.</summary>
    internal SenderWeb(HttpMessageHandler handler, TimeSpan patience)
    {
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = Largest };
        _patience = patience;
    }

    public async Task<SenderWebAnswer> Get(Uri address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        try
        {
            using var answer = await _http.GetAsync(address, limit.Token);
            return new SenderWebAnswer((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(limit.Token), answer.Headers.CacheControl?.MaxAge);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SenderWebException(string.Create(CultureInfo.InvariantCulture, $"{address.Host} did not answer within {_patience.TotalSeconds:0.###} s."), e);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            throw new SenderWebException($"{address.Host} cannot be reached.", e);
        }
    }

    public void Dispose() => _http.Dispose();
}
