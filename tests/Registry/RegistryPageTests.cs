using System.Text;
using System.Text.Json;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Registry.Tests;

/// <summary>Lists of tags that a registry sends in pages.</summary>
public sealed class RegistryPageTests
{
    private const string First = "https://ghcr.io/v2/acme/api/tags/list?n=1000";

    private readonly List<string> _asked = [];

    [Theory]
    [InlineData(
        "</v2/acme/api/tags/list?next_page=OPAQUE&n=7>; rel=\"next\"",
        "https://ghcr.io/v2/acme/api/tags/list?next_page=OPAQUE&n=7"
    )]
    [InlineData("</v2/acme/api/tags/list?last=2&n=2>; rel=\"next\"", "https://ghcr.io/v2/acme/api/tags/list?last=2&n=2")]
    [InlineData("<https://ghcr.io/v2/acme/api/tags/list?page=2>; rel=\"next\"", "https://ghcr.io/v2/acme/api/tags/list?page=2")]
    [InlineData("<https://GHCR.io:443/v2/acme/api/tags/list?page=2>; rel=\"next\"", "https://ghcr.io/v2/acme/api/tags/list?page=2")]
    [InlineData("<//ghcr.io/more>; rel=\"next\"", "https://ghcr.io/more")]
    [InlineData("<list?page=2>; rel=\"next\"", "https://ghcr.io/v2/acme/api/tags/list?page=2")]
    [InlineData("<?page=a,b;c%2Fd>;rel=next", "https://ghcr.io/v2/acme/api/tags/list?page=a,b;c%2Fd")]
    [InlineData("</first>; rel=\"first\", </more>; title=\"a, <b>\"; rel=\"last NEXT\"", "https://ghcr.io/more")]
    [InlineData("</more>; REL = \"next\"", "https://ghcr.io/more")]
    public async Task The_next_page_is_where_the_link_says(string link, string expected)
    {
        var tags = await Tags(request => request == First ? Page(link, "1", "2") : Page(null, "3"));
        Assert.Equal(["1", "2", "3"], tags.Tags);
        Assert.False(tags.IsCutOff);
        Assert.Equal([First, expected], _asked);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("</more>")]
    [InlineData("</more>; rel=\"prev\"")]
    [InlineData("</more>; rel=\"nextish\"")]
    [InlineData("</more; rel=\"next\"")]
    [InlineData("/more; rel=\"next\"")]
    [InlineData("</more>; title=\"rel=next\"")]
    public async Task Without_a_link_the_list_ends(string? link)
    {
        var tags = await Tags(_ => Page(link, "1", "2"));
        Assert.Equal(["1", "2"], tags.Tags);
        Assert.False(tags.IsCutOff);
        Assert.Equal([First], _asked);
    }

    [Theory]
    [InlineData("<https://evil.example/v2/acme/api/tags/list?page=2>; rel=\"next\"")]
    [InlineData("<//evil.example/v2/acme/api/tags/list?page=2>; rel=\"next\"")]
    [InlineData("<http://ghcr.io/v2/acme/api/tags/list?page=2>; rel=\"next\"")]
    [InlineData("<https://ghcr.io:8443/v2/acme/api/tags/list?page=2>; rel=\"next\"")]
    [InlineData("<https://me@ghcr.io/v2/acme/api/tags/list?page=2>; rel=\"next\"")]
    [InlineData("<file:///etc/passwd>; rel=\"next\"")]
    [InlineData("<https://[>; rel=\"next\"")]
    public async Task A_link_to_elsewhere_is_not_followed_and_the_registry_is_asked_for_what_comes_after_the_last_tag(string link)
    {
        var tags = await Tags(request => request == First ? Page(link, "1", "2") : Page(null, "3"));
        Assert.Equal(["1", "2", "3"], tags.Tags);
        Assert.Equal([First, First + "&last=2"], _asked);
    }

    [Fact]
    public async Task Where_the_registry_cannot_go_on_after_a_tag_a_link_to_elsewhere_is_a_failure_and_not_the_end()
    {
        var e = await Assert.ThrowsAsync<RegistryException>(() => Tags(_ => Page("<https://evil.example/2>; rel=\"next\"", "1", "2")));
        Assert.Equal(RegistryFault.Refused, e.Fault);
        Assert.Equal(
            "The registry ghcr.io goes on with the tags of acme/api at another place than its own, which is not asked.",
            e.Message
        );
        Assert.Equal(2, _asked.Count);
    }

    [Theory]
    [InlineData("</v2/acme/api/tags/list?n=1000>; rel=\"next\"", 2)]
    [InlineData("</same>; rel=\"next\"", 2)]
    public async Task A_list_that_goes_round_in_a_circle_ends_where_a_page_brings_nothing_new(string link, int asked)
    {
        var tags = await Tags(_ => Page(link, "1", "2"));
        Assert.Equal(["1", "2"], tags.Tags);
        Assert.Equal(asked, _asked.Count);
    }

    [Fact]
    public async Task A_circle_of_pages_ends_too()
    {
        var tags = await Tags(request =>
            request switch
            {
                First => Page("</b>; rel=\"next\"", "1"),
                "https://ghcr.io/b" => Page("</c>; rel=\"next\"", "2"),
                "https://ghcr.io/c" => Page("</b>; rel=\"next\"", "3", "1"),
                _ => throw new InvalidOperationException(request),
            }
        );
        Assert.Equal(["1", "2", "3"], tags.Tags);
        Assert.Equal(4, _asked.Count);
    }

    [Fact]
    public async Task Small_pages_are_followed_to_a_late_tag()
    {
        var tags = await Tags(_ =>
            Page(
                _asked.Count < 100 ? $"</v2/acme/api/tags/list?next_page={Guid.NewGuid()}&n=7>; rel=\"next\"" : null,
                [.. Enumerable.Range(_asked.Count * 7, 7).Select(i => $"t{i}")]
            )
        );
        Assert.Equal(700, tags.Tags.Count);
        Assert.Contains("t706", tags.Tags);
        Assert.False(tags.IsCutOff);
    }

    [Fact]
    public async Task There_is_an_end_to_pages_and_to_tags_and_the_list_says_that_it_is_cut_off()
    {
        var pages = await Tags(_ => Page($"</{_asked.Count}>; rel=\"next\"", $"t{_asked.Count}"));
        Assert.Equal((500, 500, true), (pages.Tags.Count, _asked.Count, pages.IsCutOff));

        _asked.Clear();
        var many = await Tags(_ =>
            Page($"</{_asked.Count}>; rel=\"next\"", [.. Enumerable.Range(_asked.Count * 3000, 3000).Select(i => $"t{i}")])
        );
        Assert.Equal((IRegistry.MaxTags, 4, true), (many.Tags.Count, _asked.Count, many.IsCutOff));

        _asked.Clear();
        var one = await Tags(_ => Page(null, [.. Enumerable.Range(0, IRegistry.MaxTags + 1).Select(i => $"t{i}")]));
        Assert.Equal((IRegistry.MaxTags, true), (one.Tags.Count, one.IsCutOff));

        _asked.Clear();
        var all = await Tags(_ => Page(null, [.. Enumerable.Range(0, IRegistry.MaxTags).Select(i => $"t{i}")]));
        Assert.Equal((IRegistry.MaxTags, false), (all.Tags.Count, all.IsCutOff));
    }

    private static HttpResponseMessage Page(string? link, params string[] tags)
    {
        var page = new HttpResponseMessage
        {
            Content = new StringContent(JsonSerializer.Serialize(new { tags }), Encoding.UTF8, "application/json"),
        };
        if (link is not null)
            page.Headers.TryAddWithoutValidation("Link", link);
        return page;
    }

    private async Task<ImageTags> Tags(Func<string, HttpResponseMessage> answer)
    {
        using var client = new RegistryClient(
            Options.Create(new RegistryOptions()),
            TimeProvider.System,
            new AnsweringHandler(request =>
            {
                _asked.Add(request.RequestUri!.AbsoluteUri);
                return answer(request.RequestUri.AbsoluteUri);
            })
        );
        return await client.ListTags(ImageName.Parse("ghcr.io/acme/api"), null, CancellationToken.None);
    }
}
