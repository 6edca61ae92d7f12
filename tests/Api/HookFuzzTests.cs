using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Sources;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>
/// Every sample of every sender, broken in many ways, the same ones on every run: nothing throws, lingers or stays in memory.
/// </summary>
[Collection("alone")]
public sealed class HookFuzzTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const int Seed = 20251009;
    private const int Mutations = 2_000;
    private const int MutationsOverHttp = 25;

    /// <summary>Nobody waits for a minute, however busy the machine is; what is quadratic or worse would take longer.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static readonly (string Sender, string Body, (string, string)[] Headers)[] Deliveries =
    [
        .. GitSamples.Senders.Select(s => (s, GitSamples.Push(s), GitSamples.EventHeader(s))),
        ("gitea", GitSamples.GiteaDelete("main"), [("X-Gitea-Event", "delete")]),
        ("gitlab", GitSamples.GitLab(), [("X-Gitlab-Event", "System Hook")]),
        ("azure", ImageSamples.Validation("\"512d38b6\""), []),
        ("ecr", ImageSamples.Sns("hello", "SubscriptionConfirmation"), []),
        ("ecr", ImageSamples.Sns("hello", "UnsubscribeConfirmation"), []),
        .. ImageSamples.Kinds.Select(k => (k.Sender, k.Body("web/api", "1.2"), k.Headers)),
    ];

    [Fact]
    public void Every_sender_is_among_the_samples() =>
        Assert.Equal(Senders.All.Select(s => s.Name).Order(), Deliveries.Select(d => d.Sender).Distinct().Order());

    [Fact]
    public void A_broken_delivery_never_throws_nor_lingers_nor_stays_in_memory()
    {
        // once before, so that what is made once and kept does not count
        Deliver(new Random(Seed), 50);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        // many are broken where it does not matter
        Assert.True(Deliver(new Random(Seed), Mutations) > Mutations);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32 << 20);
    }

    [Fact]
    public async Task A_broken_delivery_is_never_the_servers_failure()
    {
        var random = new Random(Seed + 1);
        foreach (var sender in Senders.All)
        {
            var hook = await server.CreateHook(sender.Name);
            foreach (var (_, body, headers) in Deliveries.Where(d => d.Sender == sender.Name))
                for (var i = 0; i < MutationsOverHttp; i++)
                {
                    var mutated = Mutate(random, body);
                    var apiResponse = await server.Send(
                        "POST",
                        new Uri(hook.GetProperty("url").GetString()!).AbsolutePath,
                        mutated,
                        null,
                        "",
                        headers
                    );
                    // what SNS has not signed, or says to have signed with a key that is not to be had
                    Assert.True(
                        apiResponse.Status is 200 or 202 or 400 || (sender.Name == "ecr" && apiResponse.Status is 401 or 503),
                        $"{sender.Name} {i}: {apiResponse.Status} {apiResponse.Text} {Convert.ToHexString(mutated)}"
                    );
                }
        }
    }

    /// <summary>Pushes of images and branches that exist as such, or a note, or an error of bounded length.</summary>
    internal static void MakesSense(HookReading reading, string what)
    {
        Assert.True(
            reading.Handshake is not null
                || SnsAddress.ParseConfirmationUrl(reading.Confirmation?.Address.AbsoluteUri) is not null
                || (
                    reading.Error is null
                        ? reading.Pushes.Count > 0 || reading.Note is { Length: > 0 and < 800 }
                        : reading.Error.Length is > 20 and < 800
                ),
            what
        );
        foreach (var push in reading.Pushes)
        {
            Assert.True(
                push.IsGit
                    ? GitRefs.IsBranch(push.Branch)
                        && RepositoryName.IsSource(push.Source)
                        && (push.Commit is null || GitRefs.IsCommit(push.Commit))
                    : ImageName.TryParse($"{push.Source}:{push.Tag}", out var image, out _)
                        && image.Repository == push.Source
                        && image.Tag == push.Tag
                        && (push.Digest is null || ImageName.IsDigest(push.Digest)),
                what
            );
            Assert.True(
                push.Uuid != Guid.Empty
                    && push.Delivery.Length is > 0 and < 2000
                    && (push.Pusher is null || !push.Pusher.Any(char.IsControl)),
                what
            );
        }

        Assert.Equal(reading.Pushes.Count, reading.Pushes.Select(p => p.Delivery).Distinct().Count());
    }

    /// <summary>Says how many pushes were read.</summary>
    private static int Deliver(Random random, int count)
    {
        var read = 0;
        (string, string)[] strange =
        [
            ("Authorization", "Basic !"),
            ("X-Hub-Signature-256", "sha256="),
            ("webhook-signature", "v1,="),
            ("webhook-id", "\u0001"),
            ("webhook-timestamp", ""),
            ("X-JFrog-Event-Auth", "ü"),
        ];
        foreach (var (sender, body, headers) in Deliveries)
            for (var i = 0; i < count; i++)
            {
                var mutated = Mutate(random, body);
                var clock = Stopwatch.StartNew();
                try
                {
                    Assert.False(HookSampleReader.Verify(sender, "s3cret", mutated, strange) && Senders.Find(sender)!.SendsSecret);
                    if (FormPayload.Json(mutated) is { } json)
                    {
                        var reading = HookSampleReader.Read(sender, json.ToArray(), i % 4 == 0 ? [] : headers);
                        MakesSense(reading, sender);
                        read += reading.Pushes.Count;
                    }
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"{sender}, mutation {i}: {Convert.ToHexString(mutated)}", e);
                }

                Assert.True(clock.Elapsed < Deadline, $"{sender}, mutation {i} took {clock.Elapsed}.");
            }

        return read;
    }

    private static byte[] Mutate(Random random, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(random.Next(3) == 0 ? body : MutateMember(random, body));
        for (var n = random.Next(3); n > 0; n--)
            bytes = MutateBytes(random, bytes);
        return bytes;
    }

    /// <summary>Removes or doubles a member, or gives it another value; what is wrapped in text or base64 too.</summary>
    private static string MutateMember(Random random, string body)
    {
        const string Here = "@here@";
        var root = JsonNode.Parse(body)!;
        var places = Places(root).ToList();
        var (parent, key) = places[random.Next(places.Count)];
        var value = parent is JsonObject o ? o[(string)key] : parent[(int)key];
        if (random.Next(2) == 0 && value is JsonValue text && text.TryGetValue<string>(out var inner) && Unwrap(inner) is var (json, wrap))
        {
            Put(parent, key, JsonValue.Create(wrap(MutateMember(random, json))));
            return root.ToJsonString();
        }

        switch (random.Next(4))
        {
            case 0 when parent is JsonObject members:
                members.Remove((string)key);
                return root.ToJsonString();
            case 1 when parent is JsonObject members:
                var copy = value?.ToJsonString() ?? "null";
                Put(parent, key, JsonValue.Create(Here));
                var replaced = random.Next(2) == 0 ? copy : Odd(random);
                return root.ToJsonString()
                    .Replace($"\"{Here}\"", $"{copy},{JsonValue.Create((string)key).ToJsonString()}:{replaced}", StringComparison.Ordinal);
            default:
                Put(parent, key, JsonValue.Create(Here));
                return root.ToJsonString().Replace($"\"{Here}\"", Odd(random), StringComparison.Ordinal);
        }
    }

    private static string Odd(Random random) =>
        random.Next(6) switch
        {
            0 => new string('9', random.Next(1, 400)) + (random.Next(2) == 0 ? "e99999" : ""),
            1 => Nested(random.Next(1, 3_000), "[", "]"),
            2 => Nested(random.Next(1, 3_000), "{\"a\":", "}", "1"),
            3 => $"\"{new string((char)random.Next('!', '['), random.Next(1, 2_000))}\"",
            _ => HookSampleReader.Hostile[random.Next(HookSampleReader.Hostile.Length)],
        };

    private static string Nested(int depth, string open, string close, string core = "") =>
        string.Concat(Enumerable.Repeat(open, depth)) + core + string.Concat(Enumerable.Repeat(close, depth));

    private static byte[] MutateBytes(Random random, byte[] bytes)
    {
        if (bytes.Length < 2)
            return bytes;
        var from = random.Next(bytes.Length);
        var to = Math.Min(bytes.Length, from + random.Next(1, 40));
        switch (random.Next(6))
        {
            case 0:
                return bytes[..from];
            case 1:
                return [.. bytes[..from], .. bytes[to..]];
            case 2:
                return [.. bytes[..to], .. bytes[from..]];
            case 3:
                byte[][] broken =
                [
                    [0xC3, 0x28],
                    [0xFF],
                    [0xED, 0xA0, 0x80],
                    [0xF8, 0x88, 0x80, 0x80, 0x80],
                    [0],
                    [0xEF, 0xBB, 0xBF],
                ];
                return [.. bytes[..from], .. broken[random.Next(broken.Length)], .. bytes[from..]];
            case 4:
                bytes[from] ^= (byte)(1 << random.Next(8));
                return bytes;
            default:
                bytes[from] = (byte)random.Next(256);
                return bytes;
        }
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode? node) =>
        node switch
        {
            JsonObject o => o.SelectMany(m => Places(m.Value).Prepend((o, m.Key))),
            JsonArray a => Enumerable.Range(0, a.Count).SelectMany(i => Places(a[i]).Prepend((a, i))),
            _ => [],
        };

    private static void Put(JsonNode parent, object key, JsonNode value)
    {
        if (key is string name)
            parent[name] = value;
        else
            parent[(int)key] = value;
    }

    private static (string Json, Func<string, string> Wrap)? Unwrap(string text)
    {
        if (text.StartsWith("{\"", StringComparison.Ordinal))
            return (text, t => t);
        var data = new byte[text.Length];
        return text.StartsWith("ey", StringComparison.Ordinal) && Convert.TryFromBase64String(text, data, out var length)
            ? (Encoding.UTF8.GetString(data, 0, length), t => Convert.ToBase64String(Encoding.UTF8.GetBytes(t)))
            : null;
    }
}
