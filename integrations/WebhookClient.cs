using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using AutoDeploy.Ports;

namespace AutoDeploy.Integrations;

/// <summary>
/// Posts to URLs that the admin configured. Private addresses are allowed, because only a holder of the admin token can set them.
/// </summary>
public sealed class WebhookClient(TimeProvider time) : IDisposable
{
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private const int MaxResponseLength = 1000;

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            // no redirects: only the configured address is used
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => _http.Dispose();

    /// <summary>Runs one attempt. It fails when it takes longer than <see cref="RequestTimeout"/>.</summary>
    public static async Task<DeliveryResult> RunWithTimeout(
        Func<CancellationToken, Task<DeliveryResult>> attempt,
        CancellationToken cancellationToken
    )
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(RequestTimeout);
        try
        {
            return await attempt(limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DeliveryResult.CreateFailure($"There was no answer within {RequestTimeout.TotalSeconds:0} seconds.");
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException)
        {
            return DeliveryResult.CreateFailure(Describe(failure));
        }
    }

    /// <summary>Posts JSON.</summary>
    /// <param name="judge">Interprets a status outside 200 to 299.</param>
    /// <exception cref="HttpRequestException">There was no answer; also <see cref="SocketException"/> and <see
    /// cref="IOException"/>.</exception>
    public async Task<DeliveryResult> Post(
        HttpRequestMessage request,
        byte[] body,
        Func<HttpResponseMessage, DeliveryResult, DeliveryResult>? judge,
        CancellationToken cancellationToken
    )
    {
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("AutoDeploy", null));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var answer = await ReadBeginning(response.Content, cancellationToken);
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
            return new DeliveryResult
            {
                IsDelivered = true,
                Status = status,
                ResponseText = answer,
            };
        var result = new DeliveryResult
        {
            IsDelivered = false,
            Status = status,
            ResponseText = answer,
            Error = status is >= 300 and < 400
                ? $"The answer was a redirect ({status}), which is not followed; expected a status from 200 to 299."
                : $"The answer was {status}; expected a status from 200 to 299.",
            RetryAfter = RetryAfter(response.Headers),
        };
        return judge is null ? result : judge(response, result);
    }

    private TimeSpan? RetryAfter(HttpResponseHeaders headers) =>
        headers.RetryAfter is not { } asked ? null : asked.Delta ?? (asked.Date - time.GetUtcNow());

    /// <summary>Reads the beginning of the answer for the error message; the rest is ignored, because its size is unbounded.</summary>
    private static async Task<string> ReadBeginning(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxResponseLength];
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var text = Encoding.UTF8.GetString(buffer, 0, length);
        return new string([.. text.Where(c => c is '\n' or '\t' || !char.IsControl(c))]);
    }

    /// <summary>Without the URL, which can be a secret.</summary>
    private static string Describe(Exception failure) =>
        Error(failure) switch
        {
            HttpRequestError.NameResolutionError => "The host's name is not known.",
            HttpRequestError.ConnectionError => "There was no connection to the host.",
            HttpRequestError.SecureConnectionError =>
                "There was no secure connection to the host: its certificate is not trusted, or it does not speak TLS.",
            HttpRequestError.ResponseEnded => "The connection was closed before there was an answer.",
            HttpRequestError.InvalidResponse => "The answer was not HTTP.",
            _ => failure is HttpRequestException { StatusCode: { } status }
                ? string.Create(CultureInfo.InvariantCulture, $"The answer was {(int)status}.")
                : "There was no answer.",
        };

    /// <summary>
    /// A connection that is closed while it is established throws the socket's exception; one that breaks in the answer throws the
    /// stream's.
    /// </summary>
    private static HttpRequestError Error(Exception failure) =>
        failure switch
        {
            HttpRequestException request => request.HttpRequestError,
            HttpIOException stream => stream.HttpRequestError,
            SocketException => HttpRequestError.ConnectionError,
            _ => HttpRequestError.ResponseEnded,
        };
}
