using System.Collections.Concurrent;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Api.Tests;

/// <summary>What is found by looking at registries, and what is remembered of it when the process ends.</summary>
public sealed class PollTests : IAsyncLifetime
{
    private const string Source = "registry.acme.test/web";

    private readonly TestRegistry _registry = new();
    private ApiServer _server = null!;

    public async Task InitializeAsync() => _server = await ApiServer.Start(registry: _registry);

    public async Task DisposeAsync() => await ((IAsyncDisposable)_server).DisposeAsync();

    [Theory]
    [InlineData("any", "2.0.0")]
    [InlineData("glob:2.*", "2.0.0")]
    [InlineData("regex:2\\..*", "2.0.0")]
    [InlineData("semver:>=1", "2.0.0")]
    [InlineData(null, "1.0.0")]
    public async Task What_is_pushed_while_we_are_down_is_found_afterwards_and_once(string? policy, string pushed)
    {
        _registry.Push("1.0.0", "0.9.0");
        var service = await Service(policy);
        await Look();
        var before = await Pushes(service);

        await Restart();
        await Look();
        Assert.Equal(before, await Pushes(service));

        await _server.Stop();
        _registry.Push(pushed);
        await Begin();
        await Look();
        await Look();
        Assert.Equal([pushed, .. before], await Pushes(service));

        await Restart();
        await Look();
        Assert.Equal([pushed, .. before], await Pushes(service));
    }

    [Fact]
    public async Task What_no_service_follows_is_seen_all_the_same()
    {
        _registry.Push("1.0.0");
        var service = await Service("glob:1.*");
        await Look();
        _registry.Push("nightly-1", "nightly-2");
        await Look();
        await _server.Patch(service, """{"tag_policy": "any"}""");
        _registry.Asked.Clear();
        await Look();
        Assert.Equal(["1.0.0"], await Pushes(service));
        Assert.DoesNotContain("nightly-1", _registry.Asked);
    }

    [Fact]
    public async Task A_tag_that_was_deleted_and_pushed_again_is_new_but_a_registry_that_forgot_all_is_not_believed()
    {
        _registry.Push("1.0.0", "2.0.0", "3.0.0");
        var service = await Service("any");
        await Look();
        var all = new Dictionary<string, string>(_registry.Digests);
        _registry.Digests.Clear();
        await Look();
        await Restart();
        await Look();
        foreach (var (tag, digest) in all)
            _registry.Digests[tag] = digest;
        await Look();
        Assert.Equal(["1.0.0"], await Pushes(service));

        _registry.Digests.TryRemove("2.0.0", out _);
        await Look();
        _registry.Push("2.0.0");
        await Look();
        Assert.Equal(["2.0.0", "1.0.0"], await Pushes(service));
    }

    [Fact]
    public async Task A_list_that_was_not_looked_at_for_a_while_is_not_news_later()
    {
        _registry.Push("1.0.0");
        var service = await Service("any");
        await Look();
        await _server.Patch(service, """{"tag_policy": "same"}""");
        await Look();
        Assert.Equal((false, 1), await Seen());
        _registry.Push("2.0.0");
        await Look();
        await _server.Patch(service, """{"tag_policy": "any"}""");
        await Look();
        Assert.Equal(["1.0.0"], await Pushes(service));
        _registry.Push("3.0.0");
        await Look();
        Assert.Equal(["3.0.0", "1.0.0"], await Pushes(service));

        await _server.Patch(service, """{"poll_seconds": 0}""");
        Assert.Equal((false, 0), await Seen());
    }

    [Fact]
    public async Task While_the_registry_wants_rest_nothing_is_asked_and_nothing_is_missed()
    {
        _registry.Push("1.0.0");
        var service = await Service("any");
        await Look();
        _registry.Push("2.0.0", "3.0.0", "4.0.0");
        _registry.AnswersUntilRest = 2; // the list, and one tag
        await Look();
        _registry.Asked.Clear();
        await Look();
        Assert.Empty(_registry.Asked);
        var some = await Pushes(service);
        Assert.InRange(some.Count, 1, 2);

        _registry.AnswersUntilRest = int.MaxValue;
        await Restart();
        await Look();
        Assert.Equal(["1.0.0", "2.0.0", "3.0.0", "4.0.0"], (await Pushes(service)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task While_a_list_is_being_read_it_is_not_asked_for_again()
    {
        _registry.Push("1.0.0");
        var service = await Service("any");
        var answer = new TaskCompletionSource();
        _registry.BeforeList = answer.Task;
        var first = Look();
        await Eventually.UntilFound(() => Task.FromResult(_registry.Asked.IsEmpty ? null : _registry.Asked));
        await Look();
        await Look();
        Assert.Equal([""], _registry.Asked);

        answer.SetResult();
        await first;
        await Look();
        Assert.Equal(2, _registry.Asked.Count(asked => asked.Length == 0));
        Assert.Equal(["1.0.0"], await Pushes(service));
    }

    [Fact]
    public async Task Of_ten_thousand_tags_the_new_one_is_found()
    {
        _registry.Push([.. Enumerable.Range(0, IRegistry.MaxTags - 2).Select(i => $"v{i}")]);
        _registry.Push("1.0.0");
        var service = await Service("any");
        await Look();
        Assert.Equal((true, IRegistry.MaxTags - 1), await Seen());
        _registry.Asked.Clear();
        _registry.Push("new");
        await Restart();
        await Look();
        Assert.Equal(["new", "1.0.0"], await Pushes(service));
        Assert.Equal(["1.0.0", "new"], _registry.Asked.Where(asked => asked.Length > 0).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_a_stopped_service_the_highest_version_that_fits_is_available()
    {
        var service = await _server.CreateService("\"tag_policy\": \"semver:^1\", \"autoredeploy\": true", $"{Source}:1.0.0");
        var hook = new Uri((await _server.CreateHook("image")).GetProperty("url").GetString()!).AbsolutePath;
        foreach (
            var (pushed, available) in ((string, string)[])
                [
                    ("1.2.0", "1.2.0"),
                    ("1.10.0", "1.10.0"),
                    ("1.9.0", "1.10.0"),
                    ("2.0.0", "1.10.0"),
                    ("1.10.0", "1.10.0"),
                    ("1.11.0", "1.11.0"),
                ]
        )
        {
            _registry.Push(pushed);
            Assert.Equal(202, (await _server.Post(hook, $$"""{"image": "{{Source}}:{{pushed}}"}""")).Status);
            await _server.Settle();
            var version = (await _server.Get(service)).Json.GetProperty("available_version");
            Assert.Equal(
                (available, _registry.Digests[available]),
                (version.GetProperty("tag").GetString(), version.GetProperty("digest").GetString())
            );
        }

        await _server.Patch(service, """{"tag_policy": "any"}""");
        await _server.Post(hook, $$"""{"image": "{{Source}}:1.2.0"}""");
        await _server.Settle();
        Assert.Equal("1.2.0", (await _server.Get(service)).Json.GetProperty("available_version").GetProperty("tag").GetString());
    }

    private async Task<string> Service(string? policy) =>
        await _server.CreateService(
            $"\"poll_seconds\": 3600, \"autoredeploy\": true, \"tag_policy\": {System.Text.Json.JsonSerializer.Serialize(policy)}",
            $"{Source}:1.0.0"
        );

    private async Task Look()
    {
        await _server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IImageGrain>(Source).Poll();
        await _server.Settle();
    }

    private async Task<(bool, int)> Seen()
    {
        var seen = await _server.Ledger.ReadKnownTags("default", Source, CancellationToken.None);
        return (seen.Listed, seen.Tags.Count);
    }

    private async Task Restart()
    {
        await _server.Stop();
        await Begin();
    }

    private async Task Begin()
    {
        var token = _server.Token;
        _server = await ApiServer.Start(_server.Data, registry: _registry);
        _server.Token = token;
    }

    /// <summary>The tags of what was found, newest first.</summary>
    private async Task<List<string>> Pushes(string service) =>
        [
            .. (await _server.Get(service + "verdict/?limit=100"))
                .Json.GetProperty("objects")
                .EnumerateArray()
                .Select(v => v.GetProperty("push").GetProperty("tag").GetString()!),
        ];

    private sealed class TestRegistry : IRegistry
    {
        private int _pushes;

        public ConcurrentDictionary<string, string> Digests { get; } = new();

        /// <summary>Tags, and "" for the list.</summary>
        public ConcurrentQueue<string> Asked { get; } = new();

        public int AnswersUntilRest { get; set; } = int.MaxValue;

        public Task BeforeList { get; set; } = Task.CompletedTask;

        public void Push(params string[] tags)
        {
            foreach (var tag in tags)
                Digests[tag] = $"sha256:{Interlocked.Increment(ref _pushes):x64}";
        }

        public bool IsRateLimited(string host) => AnswersUntilRest <= 0;

        public Task<string> Resolve(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken)
        {
            Ask(image.Tag!);
            return Digests.TryGetValue(image.Tag!, out var digest)
                ? Task.FromResult(digest)
                : throw new RegistryException(RegistryFault.NotFound, "No.");
        }

        public async Task<ImageTags> ListTags(ImageName image, RegistryCredential? credential, CancellationToken cancellationToken)
        {
            Ask("");
            await BeforeList;
            return Digests.IsEmpty
                ? throw new RegistryException(RegistryFault.NotFound, "No.")
                : new ImageTags([.. Digests.Keys.Order(StringComparer.Ordinal).Take(IRegistry.MaxTags)], Digests.Count > IRegistry.MaxTags);
        }

        public Task<SignatureCheck> CheckSignature(
            ImageName image,
            IReadOnlyList<string> keys,
            RegistryCredential? credential,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        private void Ask(string what)
        {
            Asked.Enqueue(what);
            if (AnswersUntilRest < int.MaxValue)
                AnswersUntilRest--;
        }
    }
}
