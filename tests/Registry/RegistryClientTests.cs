using System.Net;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Registry.Tests;

/// <summary>With a real registry.</summary>
public sealed class RegistryClientTests : IAsyncLifetime
{
    private RegistryServer _registry = null!;
    private RegistryClient _client = null!;

    private static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync()
    {
        _registry = await RegistryServer.Start();
        _client = new RegistryClient(Options.Create(new RegistryOptions()), TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task A_tag_is_resolved_to_the_digest_that_was_pushed_last()
    {
        var first = await TestImage.Web("1").Push(_registry, "acme/api", "latest");
        Assert.Equal(first, await _client.Resolve(Name("latest"), null, None));
        var second = await TestImage.Web("2").Push(_registry, "acme/api", "latest");
        Assert.NotEqual(first, second);
        Assert.Equal(second, await _client.Resolve(Name("latest"), null, None));
    }

    [Fact]
    public async Task What_has_not_changed_is_not_told_again()
    {
        var statuses = new StatusRecorder();
        using var client = new RegistryClient(Options.Create(new RegistryOptions()), TimeProvider.System, statuses);
        var first = await TestImage.Web("1").Push(_registry, "acme/api", "latest");
        Assert.Equal(first, await client.Resolve(Name("latest"), null, None));
        Assert.Equal(first, await client.Resolve(Name("latest"), null, None));
        var second = await TestImage.Web("2").Push(_registry, "acme/api", "latest");
        Assert.Equal(second, await client.Resolve(Name("latest"), null, None));
        Assert.Equal(second, await client.Resolve(Name("latest"), null, None));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NotModified, HttpStatusCode.OK, HttpStatusCode.NotModified], statuses.All);
    }

    [Fact]
    public async Task A_tag_that_is_missing_or_deleted_is_not_found()
    {
        var digest = await TestImage.Web("1").Push(_registry, "acme/api", "1");
        var e = await Fails("2");
        Assert.Equal(RegistryFault.NotFound, e.Fault);
        Assert.Equal($"The registry {_registry.Host} has no tag \"2\" of acme/api.", e.Message);

        await _registry.Delete("acme/api", digest);
        Assert.Equal(RegistryFault.NotFound, (await Fails("1")).Fault);
    }

    [Fact]
    public async Task A_registry_that_is_down_is_unreachable_and_comes_back()
    {
        var digest = await TestImage.Web("1").Push(_registry, "acme/api", "1");
        await _registry.Stop();
        var e = await Fails("1");
        Assert.Equal(RegistryFault.Unreachable, e.Fault);
        Assert.Contains(_registry.Host, e.Message);

        await _registry.StartAgain();
        Assert.Equal(digest, await _client.Resolve(Name("1"), null, None));
    }

    [Fact]
    public async Task A_registry_with_basic_credentials_wants_the_right_ones()
    {
        await using var locked = await RegistryServer.Start(new RegistryServerOptions { Username = "deploy", Password = "s3cret-word" });
        var digest = await TestImage.Web("1").Push(locked, "acme/api", "1");
        var name = ImageName.Parse($"{locked.Host}/acme/api:1");

        var anonymous = await Assert.ThrowsAsync<RegistryException>(() => _client.Resolve(name, null, None));
        Assert.Equal(RegistryFault.Unauthorized, anonymous.Fault);
        Assert.Contains("wants credentials for acme/api", anonymous.Message);

        var wrong = await Assert.ThrowsAsync<RegistryException>(() =>
            _client.Resolve(name, new RegistryCredential(locked.Host, "deploy", "wrong-word"), None)
        );
        Assert.Equal(RegistryFault.Unauthorized, wrong.Fault);
        Assert.Contains("refuses the credentials for acme/api", wrong.Message);
        Assert.DoesNotContain("wrong-word", wrong.ToString());

        Assert.Equal(digest, await _client.Resolve(name, new RegistryCredential(locked.Host, "deploy", "s3cret-word"), None));
    }

    [Fact]
    public async Task A_pushed_tag_is_announced_where_the_registry_was_told_to()
    {
        await using var listener = await HttpReceiver.Start(_ => 200);
        await using var telling = await RegistryServer.Start(
            new Uri(listener.Url),
            new Dictionary<string, string> { ["Authorization"] = "Bearer of-the-hook" }
        );
        var digest = await TestImage.Web("1").Push(telling, "acme/api", "1");

        var told = await Eventually.UntilFound(() =>
            Task.FromResult(listener.All.FirstOrDefault(call => call.Text.Contains("\"tag\": \"1\"", StringComparison.Ordinal)))
        );

        Assert.Contains(digest, told.Text);
        Assert.Equal("Bearer of-the-hook", told.Headers["Authorization"]);
    }

    private sealed class StatusRecorder() : DelegatingHandler(new SocketsHttpHandler())
    {
        public List<HttpStatusCode> All { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            All.Add(answer.StatusCode);
            return answer;
        }
    }

    private ImageName Name(string tag) => ImageName.Parse($"{_registry.Host}/acme/api:{tag}");

    private Task<RegistryException> Fails(string tag) =>
        Assert.ThrowsAsync<RegistryException>(() => _client.Resolve(Name(tag), null, None));
}
