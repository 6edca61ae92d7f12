using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoDeploy.Fixtures;

/// <summary>A web server that keeps what is posted to it, and answers as it is told to.</summary>
public sealed class HttpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<Received> _all = [];
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _loop;

    public HttpReceiver()
    {
        while (true)
        {
            Port = Unix.FreePort();
            try
            {
                _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
                _listener.Start();
                break;
            }
            catch (HttpListenerException)
            {
                // somebody was faster
                _listener.Prefixes.Clear();
            }
        }

        _loop = Loop();
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/hook/secret-part";

    /// <summary>The status for a request; 0: none, ever. Called before it is kept.</summary>
    public Func<Received, int> Answer { get; set; } = _ => 204;

    /// <summary>Headers of each answer.</summary>
    public Dictionary<string, string> AnswerHeaders { get; } = [];

    public string AnswerBody { get; set; } = "";

    /// <summary>All that came so far, also what was refused.</summary>
    public IReadOnlyList<Received> All
    {
        get
        {
            lock (_all)
                return [.. _all];
        }
    }

    /// <summary>What was taken.</summary>
    public IReadOnlyList<Received> Taken => [.. All.Where(r => r.Status is >= 200 and < 300)];

    /// <summary>Waits until so many were taken.</summary>
    public async Task<IReadOnlyList<Received>> Until(int count)
    {
        await Wait.Until(() => Taken.Count >= count, $"{count} messages were taken");
        return Taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Close();
        await _loop;
        _ended.Dispose();
    }

    private async Task Loop()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception) when (_ended.IsCancellationRequested)
            {
                return;
            }

            _ = Task.Run(() => Take(context));
        }
    }

    private async Task Take(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var headers = context.Request.Headers.AllKeys.OfType<string>()
            .ToDictionary(name => name, name => context.Request.Headers[name]!, StringComparer.OrdinalIgnoreCase);
        var received = new Received(context.Request.HttpMethod, context.Request.RawUrl ?? "", headers, body.ToArray(), 0);
        received = received with { Status = Answer(received) };
        lock (_all)
            _all.Add(received);
        if (received.Status == 0)
            return;
        try
        {
            context.Response.StatusCode = received.Status;
            foreach (var (name, value) in AnswerHeaders)
                context.Response.Headers[name] = value;
            if (AnswerBody.Length > 0)
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(AnswerBody));
            context.Response.Close();
        }
        catch (Exception failure) when (failure is HttpListenerException or ObjectDisposedException)
        {
            // who asked does not wait any more
        }
    }
}

/// <param name="Status">What was answered.</param>
public sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, int Status)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonNode Json => JsonNode.Parse(Text)!;
}
