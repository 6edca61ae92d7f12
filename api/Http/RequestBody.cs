using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace AutoDeploy.Api.Http;

/// <summary>The raw bytes of a request's body, in a rented array: dispose it.</summary>
public sealed class RequestBody : IDisposable
{
    /// <summary>For everything but hooks.</summary>
    public const int DefaultLimit = 4 << 20;

    /// <summary>
    /// A sender that is cut off in the middle sees a broken connection instead of the 413; so much more is read and dropped.
    /// </summary>
    private const int Leeway = 16 << 20;

    private byte[] _rented;
    private int _length;

    private RequestBody(int capacity) => _rented = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlyMemory<byte> Bytes => _rented.AsMemory(0, _length);

    public ReadOnlySpan<byte> Span => _rented.AsSpan(0, _length);

    /// <param name="context">Whose body is read.</param>
    /// <param name="limit">So many bytes at most.</param>
    /// <param name="timeout">So long at most; null: as long as the request may take.</param>
    /// <param name="time">For the patience.</param>
    /// <exception cref="ApiException">413: it is longer than <paramref name="limit"/>. 408: it took too long.</exception>
    public static async Task<RequestBody> Read(HttpContext context, int limit, TimeSpan? timeout = null, TimeProvider? time = null)
    {
        if (timeout is not { } longest)
            return await ReadAll(context, limit, context.RequestAborted);

        using var deadline = new Deadline(longest, time ?? TimeProvider.System, context.RequestAborted);
        try
        {
            return await ReadAll(context, limit, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.Passed && !context.RequestAborted.IsCancellationRequested)
        {
            throw new ApiException(
                StatusCodes.Status408RequestTimeout,
                $"The body did not come to its end within {longest.TotalSeconds:0} seconds."
            );
        }
    }

    public void Dispose()
    {
        if (_rented.Length > 0)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = [];
        _length = 0;
    }

    private static async Task<RequestBody> ReadAll(HttpContext context, int limit, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = (long)limit + Leeway;
        if (request.ContentLength > (long)limit + Leeway)
            throw TooLarge(limit);

        var body = new RequestBody((int)Math.Clamp((request.ContentLength ?? 0) + 1, 4096, 1 << 20));
        try
        {
            while (true)
            {
                if (body._length == body._rented.Length)
                    body.Grow();
                var read = await request.Body.ReadAsync(body._rented.AsMemory(body._length), cancellationToken);
                if (read == 0)
                    return body;
                body._length += read;
                if (body._length > limit)
                {
                    while (await request.Body.ReadAsync(body._rented, cancellationToken) > 0)
                    {
                        // dropped
                    }

                    throw TooLarge(limit);
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static ApiException TooLarge(int limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is longer than {limit >> 20} MiB.");

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_rented.Length * 2);
        _rented.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_rented);
        _rented = larger;
    }

    /// <summary>A token that is cancelled when the time is over or the client is gone.</summary>
    private sealed class Deadline : IDisposable
    {
        private readonly CancellationTokenSource _timer;
        private readonly CancellationTokenSource _either;

        public Deadline(TimeSpan timeout, TimeProvider time, CancellationToken aborted)
        {
            _timer = new CancellationTokenSource(timeout, time);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, aborted);
        }

        public CancellationToken Token => _either.Token;

        public bool Passed => _timer.IsCancellationRequested;

        public void Dispose()
        {
            _either.Dispose();
            _timer.Dispose();
        }
    }
}
