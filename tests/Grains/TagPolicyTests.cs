using AutoDeploy.Services;
using AutoDeploy.Services.Tags;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests;

public class TagPolicyTests
{
    [Theory]
    [InlineData("same")]
    [InlineData("latest")]
    [InlineData("any")]
    [InlineData("semver:^1.2")]
    [InlineData("semver: >=1 <3 || 4.x")]
    [InlineData("glob:release-*")]
    [InlineData("regex:v\\d+")]
    public void All_forms_are_valid(string policy) => Assert.True(TagPolicy.IsValid(policy, out _));

    [Theory]
    [InlineData(
        "semver:^1.x.y",
        "is \"semver:^1.x.y\"; at character 8: patch version should be a wildcard because the preceding version is a wildcard in \"1.x.y\""
    )]
    [InlineData("semver:^1.", "is \"semver:^1.\"; at character 8: minor version missing in \"1.\"")]
    [InlineData("glob:v[1", "is \"glob:v[1\"; at character 7: \"[\" is never closed")]
    [InlineData("regex:(a)\\1", "is \"regex:(a)\\1\"; at character 10: backreferences are not supported")]
    public void A_bad_policy_is_said_with_its_position(string policy, string expected)
    {
        Assert.False(TagPolicy.IsValid(policy, out var error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("newest")]
    [InlineData("SAME")]
    [InlineData("^1.2")]
    [InlineData("semver")]
    [InlineData("Semver:1")]
    [InlineData("range:1")]
    public void Other_words_are_answered_with_all_forms(string policy)
    {
        Assert.False(TagPolicy.IsValid(policy, out var error));
        Assert.Equal(
            $"is \"{policy}\"; expected \"same\", \"latest\", \"any\", \"semver:RANGE\", \"glob:PATTERN\" or \"regex:PATTERN\", "
                + "or null for the default",
            error
        );
    }

    [Theory]
    [InlineData("semver:", '1')]
    [InlineData("glob:", 'a')]
    [InlineData("regex:", 'a')]
    public void A_long_policy_is_refused_and_shown_short(string prefix, char filling)
    {
        Assert.False(TagPolicy.IsValid(prefix + new string(filling, 513), out var error));
        Assert.Contains($"…\"; expected at most 512 characters after \"{prefix}\"", error, StringComparison.Ordinal);
        Assert.True(error.Length < 200);
        Assert.True(TagPolicy.IsValid(prefix + new string(filling, 512), out _));
    }

    [Theory]
    [InlineData("1.2.0", "semver:^1.2", "1.2.1", null)]
    [InlineData("1.2.0", "semver:^1.2", "v1.3.0", null)]
    [InlineData("1.2.0", "semver:^1.2", "1.2.0", null)] // the same tag may get another digest
    [InlineData("v1.2.0", "semver:^1.2", "1.2.0", null)]
    [InlineData("1.4.0", "semver:^1.2", "1.3.9", "a lower version than \"1.4.0\"")]
    [InlineData("v1.4.0", "semver:*", "1.4.0-rc.1", "a prerelease")]
    [InlineData("1.4.0", "semver:>=1.4.0-rc.0", "1.4.0-rc.1", "a lower version than \"1.4.0\"")]
    [InlineData("3.0.0", "semver:^1.2", "1.3.0", "a lower version than \"3.0.0\"")] // also where what runs does not fit
    [InlineData("0.9.0", "semver:^1.2", "1.3.0", null)]
    [InlineData("1.2.0", "semver:^1.2", "2.0.0", "which the tag policy \"semver:^1.2\" does not cover")]
    [InlineData("1.2.0", "semver:^1.2", "1.3.0-rc.1", "a prerelease that the tag policy \"semver:^1.2\" does not cover")]
    [InlineData("1.2.0", "semver:^1.2", "1.3", "not a version such as \"1.2.3\"")]
    [InlineData("1.2.0", "semver:^1.2", "latest", "not a version such as \"1.2.3\"")]
    [InlineData("latest", "semver:^1.2", "1.2.0", null)] // nothing to be lower than
    [InlineData("1.2", "semver:^1.2", "1.2.0", null)]
    [InlineData("1", "glob:release-*", "release-1", null)]
    [InlineData("release-2", "glob:release-*", "release-1", null)] // without an order there is no lower
    [InlineData("1", "glob:release-*", "1", "which the tag policy \"glob:release-*\" does not cover")]
    [InlineData("1", "regex:v\\d+", "v1", null)]
    [InlineData("1", "regex:v\\d+", "v1-rc", "which the tag policy \"regex:v\\d+\" does not cover")]
    [InlineData("1", "what:ever", "1", "not one that is known here")]
    public void The_policy_decides(string own, string policy, string pushed, string? objection)
    {
        foreach (var announced in (bool[])[false, true])
        {
            var said = TagPolicy.FindObjection(Service("reg.acme.com/web:" + own, policy), pushed, announced);
            if (objection is null)
            {
                Assert.Null(said);
                continue;
            }

            Assert.Contains(objection, said, StringComparison.Ordinal);
            Assert.EndsWith(".", said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("acme/web:1.2", null, "anything", true)]
    [InlineData("reg.acme.com/web:1.2", null, "anything", true)]
    [InlineData("reg.acme.com/web:1.2", "same", "anything", false)]
    [InlineData("reg.acme.com/web:1.2", "latest", "anything", false)]
    [InlineData("reg.acme.com/web:1.2", "any", "anything", true)]
    [InlineData("reg.acme.com/web@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", null, "anything", false)]
    public void An_announcement_carries_any_tag_unless_a_policy_or_a_digest_is_set(
        string image,
        string? policy,
        string pushed,
        bool follows
    )
    {
        Assert.Equal(follows, TagPolicy.FindObjection(Service(image, policy), pushed, announced: true) is null);
        Assert.Equal(follows && policy is not null, TagPolicy.FindObjection(Service(image, policy), pushed) is null);
    }

    [Theory]
    [InlineData("1.2.0", "semver:^1.2", "1.2.0 1.3.0 1.10.0 1.4.0 2.0.0 1.11.0-rc.1 latest", "1.10.0")]
    [InlineData("1.2.0", "semver:^1.2", "1.2.0 1.1.0 latest", null)] // what runs is not above itself
    [InlineData("v1.2.0", "semver:^1.2", "1.2.0", null)]
    [InlineData("1.2.0", "semver:^1.2", "", null)]
    [InlineData("5.0.0", "semver:^1.2", "1.3.0", null)]
    [InlineData("latest", "semver:^1.2", "1.2.0 1.3.0 1.1.0", "1.3.0")]
    [InlineData("1.2.0", "semver:^1.2", "v1.3.0 1.3.0", "1.3.0")] // written as what runs is
    [InlineData("1.2.0", "semver:^1.2", "1.3.0 v1.3.0", "1.3.0")]
    [InlineData("v1.2.0", "semver:^1.2", "1.3.0 v1.3.0", "v1.3.0")]
    [InlineData("vnext", "semver:^1.2", "v1.3.0 1.3.0", "1.3.0")]
    [InlineData("1.2.0", "any", "1.2.0 1.3.0", null)]
    [InlineData("1.2.0", "glob:*", "1.2.0 1.3.0", null)]
    [InlineData("1.2.0", "regex:.*", "1.2.0 1.3.0", null)]
    [InlineData("1.2.0", "what:ever", "1.2.0", null)]
    [InlineData("1.2.0", "same", "1.2.0 1.3.0", "1.2.0")]
    [InlineData("1.2.0", "same", "1.3.0", null)]
    [InlineData("1.2.0", "latest", "1.2.0 latest", "latest")]
    [InlineData("1.2.0", "latest", "1.2.0", null)]
    [InlineData("1.2.0", null, "1.2.0 latest", "1.2.0")]
    [InlineData("1.2.0", null, "latest", null)]
    public void Of_a_list_of_tags_one_is_wanted_at_most(string own, string? policy, string tags, string? wanted) =>
        Assert.Equal(wanted, TagPolicy.FindWantedTag(Service("reg.acme.com/web:" + own, policy), tags.Split(' ')));

    [Theory]
    [InlineData("acme/web", null, "latest")]
    [InlineData("acme/web:1.2.0", null, null)] // Docker Cloud's rule
    [InlineData("acme/web:1.2.0", "same", "1.2.0")]
    [InlineData("acme/web:1.2.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "same", null)]
    [InlineData("acme/web:1.2.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "semver:*", null)]
    [InlineData("acme/web@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", null, null)]
    public void What_is_wanted_follows_the_rules_for_pushes(string image, string? policy, string? wanted) =>
        Assert.Equal(wanted, TagPolicy.FindWantedTag(Service(image, policy), ["1.2.0", "1.3.0", "latest"]));

    [Theory]
    [InlineData("semver:^1.2", "1.10.0", "1.9.0", true)]
    [InlineData("semver:^1.2", "1.9.0", "1.10.0", false)]
    [InlineData("semver:^1.2", "1.9.0", "v1.9.0", false)] // the same version: it may have another digest
    [InlineData("semver:^1.2", "2.0.0", "1.9.0", false)] // which no longer fits
    [InlineData("semver:^1.2", "edge", "1.9.0", false)]
    [InlineData("semver:^1.2", "1.9.0", "edge", true)]
    [InlineData("semver:^1.2", null, "1.9.0", false)]
    [InlineData("any", "1.10.0", "1.9.0", false)]
    [InlineData("glob:*", "1.10.0", "1.9.0", false)]
    [InlineData(null, "1.10.0", "1.9.0", false)]
    public void Only_a_range_prefers_a_tag_to_a_later_one(string? policy, string? tag, string later, bool prefers) =>
        Assert.Equal(prefers, TagPolicy.Prefers(Service("reg.acme.com/web:1.2.0", policy), tag, later));

    [Fact]
    public void A_cache_is_bounded_and_answers_the_same_when_it_began_anew()
    {
        var made = 0;
        var cache = new BoundedCache<string>(
            10,
            text =>
            {
                Interlocked.Increment(ref made);
                return text + "!";
            }
        );
        Assert.Same(cache.Get("a"), cache.Get("a"));
        Assert.Equal(1, made);

        Parallel.For(
            0,
            1000,
            i =>
            {
                Assert.Equal($"{i % 40}!", cache.Get($"{i % 40}"));
                Assert.InRange(cache.Count, 0, 10);
            }
        );
        Assert.Equal("a!", cache.Get("a"));
    }

    private static Service Service(string image, string? policy) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Organization = "default",
            Name = "web",
            Created = DateTimeOffset.UnixEpoch,
            Settings = new ServiceSettings { Image = ImageName.Parse(image).ToString(), TagPolicy = policy },
        };
}
