using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace AutoDeploy.Api.Tests;

/// <summary>A client of the event stream, as EventSource is one.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventReader(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _reader = new StreamReader(stream);
    }

    /// <summary>Connects, and answers when the stream has begun.</summary>
    public static async Task<EventReader> Open(ApiServer server, string? lastId = null, string path = "/api/audit/v1/events")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next line that is a comment or belongs to an event; null at the end.</summary>
    public async Task<string?> ReadLine()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await _reader.ReadLineAsync(patience.Token);
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<ServerSentEvent?> ReadNext()
    {
        long? id = null;
        string? type = null;
        while (await ReadLine() is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = long.Parse(line[4..], CultureInfo.InvariantCulture);
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                type = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                Assert.Equal("", await ReadLine());
                return new ServerSentEvent(id!.Value, type!, JsonDocument.Parse(line[6..]).RootElement);
            }
            else
                Assert.True(line.Length == 0 || line[0] == ':', line);
        }

        return null;
    }

    public async Task<List<ServerSentEvent>> ReadNext(int count)
    {
        var events = new List<ServerSentEvent>();
        while (events.Count < count)
            events.Add((await ReadNext())!);
        return events;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
