using System.Text;
using System.Text.Json.Nodes;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Http;

namespace AutoDeploy.Api.Tests;

/// <summary>Has deliveries read without a server, and says what came of it.</summary>
internal static class HookSampleReader
{
    public static readonly DateTimeOffset Now = new(2025, 10, 9, 8, 53, 20, TimeSpan.Zero);

    /// <summary>What could stand in any value's place.</summary>
    public static readonly string[] Hostile =
    [
        "\"1.2\"",
        "null",
        "true",
        "0",
        "-1e999",
        "\"\"",
        "\" \"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"a\\u0000/b\"",
        "\"../..\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "{\"\\ud800\":1}",
        "{\"ci\\ud800\":1}",
        "{\"a\":1,\"a\":2}",
        "\"" + new string('x', 100_000) + "\"",
        "\"" + new string('x', 79) + "\\ud83d\\ude00\"",
        "\"refs/heads/\"",
        "\"https://\"",
        string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200),
    ];

    public static Hook Hook(string sender, string? secret = null) =>
        new()
        {
            Uuid = Guid.Parse("0b1c0000-0000-0000-0000-000000000001"),
            Organization = "default",
            Sender = sender,
            Key = "key",
            Secret = secret,
            Created = Now,
        };

    public static bool Verify(string sender, string? secret, byte[] body, params (string Name, string Value)[] headers) =>
        Senders.Find(sender)!.Verify(Hook(sender, secret), Headers(headers), body);

    /// <summary>The JSON as often as it has values times the replacements, each with one value replaced.</summary>
    public static IEnumerable<string> WithEachValue(string json, string[] replacements)
    {
        const string Here = "@here@";
        var count = Values(JsonNode.Parse(json)!).Count;
        for (var i = 0; i < count; i++)
        {
            var root = JsonNode.Parse(json)!;
            Values(root)[i](JsonValue.Create(Here));
            var text = root.ToJsonString();
            foreach (var replacement in replacements)
                yield return text.Replace($"\"{Here}\"", replacement, StringComparison.Ordinal);
        }
    }

    private static List<Action<JsonNode>> Values(JsonNode? node) =>
        node switch
        {
            JsonObject o => [.. o.ToList().SelectMany(m => Values(m.Value).Prepend(n => o[m.Key] = n))],
            JsonArray a => [.. Enumerable.Range(0, a.Count).SelectMany(i => Values(a[i]).Prepend(n => a[i] = n))],
            _ => [],
        };

    public static IReadOnlyList<Push> Pushes(string sender, string body, params (string, string)[] headers)
    {
        var reading = Read(sender, Encoding.UTF8.GetBytes(body), headers);
        Assert.True(reading.Pushes.Count > 0, reading.Error ?? reading.Note);
        return reading.Pushes;
    }

    public static string Note(string sender, string body, params (string, string)[] headers)
    {
        var reading = Read(sender, Encoding.UTF8.GetBytes(body), headers);
        Assert.Equal((0, null), (reading.Pushes.Count, reading.Error));
        Assert.NotEmpty(reading.Note!);
        return reading.Note!;
    }

    public static string Error(string sender, string body, params (string, string)[] headers)
    {
        var reading = Read(sender, Encoding.UTF8.GetBytes(body), headers);
        Assert.Empty(reading.Pushes);
        Assert.NotNull(reading.Error);
        return reading.Error;
    }

    public static HookReading Read(string sender, byte[] body, params (string Name, string Value)[] headers) =>
        Senders.Find(sender)!.Read(Hook(sender), Headers(headers), body, Now);

    private static HeaderDictionary Headers((string Name, string Value)[] headers)
    {
        var dictionary = new HeaderDictionary();
        foreach (var (name, value) in headers)
            dictionary.Append(name, value);
        return dictionary;
    }
}
