using AutoDeploy.Services;
using AutoDeploy.Sources;
using CsCheck;

namespace AutoDeploy.Grains.Tests;

/// <summary>Policies that put tags in an order: which tag a service goes to, and that it never goes down.</summary>
public class TagOrderTests
{
    /// <summary>What runs; the policy; what the registry lists; what the service would go to, or nothing.</summary>
    [Theory]
    // a prefix
    [InlineData("v1.0.0", "semver:^1 prefix=v", "v1.0.0 v1.2.0 v1.10.0 1.11.0", "v1.10.0")]
    [InlineData("v1.0.0", "semver:^1 prefix=v", "1.2.0", null)]
    [InlineData("v1.0.0", "semver:^1 prefix=v", "vv1.2.0", null)]
    [InlineData("v1.0.0", "semver:* prefix=v", "v2.0.0 v3.0.0-rc.1", "v2.0.0")]
    [InlineData("release-1.0.0", "semver:^1 prefix=release-", "release-1.2.0 hotfix-1.3.0 1.4.0", "release-1.2.0")]
    [InlineData("release-1.0.0", "semver:^1 prefix=release-", "release-v1.2.0", "release-v1.2.0")]
    [InlineData("api-v1.0.0", "semver:>=1 <3 prefix=api-v", "api-v2.9.0 api-v3.0.0 web-v2.9.9", "api-v2.9.0")]
    [InlineData("latest", "semver:^1 prefix=v", "v1.2.0 v1.3.0", "v1.3.0")]
    [InlineData("1.5.0", "semver:^1 prefix=v", "v1.4.0", null)]
    [InlineData("1.5.0", "semver:^1 prefix=v", "v1.6.0", "v1.6.0")]
    // a suffix
    [InlineData("1.0.0-alpine", "semver:^1 suffix=-alpine", "1.2.0-alpine 1.3.0 1.3.0-debian 2.0.0-alpine", "1.2.0-alpine")]
    [InlineData("1.0.0-alpine", "semver:^1 suffix=-alpine", "1.2.0-rc.1-alpine", null)]
    [InlineData("1.0.0-alpine", "semver:>=1.2.0-rc.0 suffix=-alpine", "1.2.0-rc.1-alpine", "1.2.0-rc.1-alpine")]
    [InlineData("1.0.0-alpine", "semver:^1 suffix=-alpine3.20", "1.2.0-alpine3.20 1.3.0-alpine3.21", "1.2.0-alpine3.20")]
    [InlineData("1.2.0-alpine3.20", "semver:^1 suffix=-alpine3.21", "1.2.0-alpine3.21", "1.2.0-alpine3.21")]
    [InlineData("1.5.0", "semver:^1 suffix=-alpine", "1.4.0-alpine", null)]
    [InlineData("1.4.0-alpine", "semver:^1 suffix=-alpine", "1.3.0-alpine 1.4.0-alpine", null)]
    [InlineData("1.0.0-alpine", "semver:^1", "1.2.0-alpine 1.1.0", "1.1.0")]
    // both
    [InlineData("v1.0.0-alpine", "semver:^1 prefix=v suffix=-alpine", "v1.2.0-alpine 1.3.0-alpine v1.4.0 v2.0.0-alpine", "v1.2.0-alpine")]
    [InlineData("v1.0.0-alpine", "semver:^1 suffix=-alpine prefix=v", "v1.10.0-alpine v1.9.0-alpine", "v1.10.0-alpine")]
    [InlineData("v1.0.0-alpine", "semver: 1.x  ||  3.x  prefix=v  suffix=-alpine", "v2.0.0-alpine v3.0.0-alpine", "v3.0.0-alpine")]
    [InlineData("aa", "semver:* prefix=aa suffix=aa", "aa aaa a1.0.0a", null)]
    [InlineData("prod-1.0.0-eu", "semver:^1 prefix=prod- suffix=-eu", "prod-1.2.0-eu prod-1.3.0-us test-1.4.0-eu", "prod-1.2.0-eu")]
    // numbers
    [InlineData("int-162", "regex:int-([0-9]+) order=numeric", "int-162 int-163 int-99 int-1000", "int-1000")]
    [InlineData("int-163", "regex:int-([0-9]+) order=numeric", "int-99 int-163", null)]
    [InlineData("int-163", "regex:int-([0-9]+) order=numeric", "ext-200 int-x int-164-rc", null)]
    [InlineData("9", "regex:[0-9]+ order=numeric", "10 8 11", "11")]
    [InlineData("9", "regex:.* order=numeric", "10 ten 11a", "10")]
    [InlineData("build-007", "regex:build-(\\d+) order=numeric", "build-7 build-8", "build-8")]
    [InlineData("build-7", "regex:build-(\\d+) order=numeric", "build-007", null)]
    [InlineData(
        "b1",
        "regex:b(\\d+) order=numeric",
        "b99999999999999999999999999999999999999 b99999999999999999999999999999999999998",
        "b99999999999999999999999999999999999999"
    )]
    [InlineData(
        "main-abc1234-1700000000",
        "regex:main-[0-9a-f]{7}-([0-9]+) order=numeric",
        "main-fff0000-1700000001 main-0000000-1690000000 dev-1111111-1800000000",
        "main-fff0000-1700000001"
    )]
    [InlineData(
        "main-abc1234-1700000000",
        "regex:main-[0-9a-f]{7}-(?<ts>[0-9]+) order=numeric",
        "main-fff0000-1700000001",
        "main-fff0000-1700000001"
    )]
    [InlineData("latest", "regex:int-([0-9]+) order=numeric", "int-1 int-2", "int-2")]
    [InlineData("pr-5-build-2", "regex:pr-5-build-(\\d+) order=numeric", "pr-6-build-9 pr-5-build-3", "pr-5-build-3")]
    [InlineData("r1", "regex:(?:r|rel)(\\d+) order=numeric", "rel2 r3 x4", "r3")]
    // calendar versions
    [InlineData("2024.05.1", "regex:\\d{4}\\.\\d{2}\\.\\d+ order=numeric", "2024.05.2 2024.04.9 2024.12.0 2024.13", "2024.12.0")]
    [InlineData("2024.9.1", "regex:[0-9.]+ order=numeric", "2024.10.1 2024.9.9", "2024.10.1")]
    [InlineData("24.04", "regex:\\d\\d\\.\\d\\d order=numeric", "24.10 23.10 25.04-rc", "24.10")]
    [InlineData("2024.05", "regex:[0-9.]+ order=numeric", "2024.05.1", "2024.05.1")]
    [InlineData("2024.05.1", "regex:[0-9.]+ order=numeric", "2024.05", null)]
    [InlineData("v2024_05_1", "regex:v([0-9_]+) order=numeric", "v2024_05_10 v2024_05_9", "v2024_05_10")]
    [InlineData("2024-05-1", "regex:[0-9-]+ order=numeric", "2024-05-2", "2024-05-2")]
    [InlineData("2024.05.1", "regex:[0-9.]+ order=numeric", "2025..1 .2025 2025.", null)]
    // dates
    [InlineData("20240501", "regex:\\d+ order=date", "20240502 20240430", "20240502")]
    [InlineData("20240501", "regex:\\d+ order=date", "20241301 20240532 20240230 99999999", null)]
    [InlineData("2024-05-01", "regex:[0-9-]+ order=date", "2024-05-02 2024-04-30", "2024-05-02")]
    [InlineData("2024.05.01", "regex:[0-9.]+ order=date", "2024.12.01 2024.5.2", "2024.12.01")]
    [InlineData(
        "nightly-20240501",
        "regex:nightly-(\\d{8}) order=date",
        "nightly-20240601 nightly-latest weekly-20240701",
        "nightly-20240601"
    )]
    [InlineData("20240501T1200", "regex:.* order=date", "20240501T1201 20240501T1159", "20240501T1201")]
    [InlineData("20240501T120000Z", "regex:.* order=date", "20240501T120001Z 20240501", "20240501T120001Z")]
    [InlineData("20240501-1200", "regex:.* order=date", "20240501-1300 20240501", "20240501-1300")]
    [InlineData("202405011200", "regex:.* order=date", "202405011201 202405010000", "202405011201")]
    [InlineData("20240501120000", "regex:.* order=date", "20240501120001", "20240501120001")]
    [InlineData("2024-05-01T12-00-00Z", "regex:.* order=date", "2024-05-01T12-00-01Z 2024-05-01T11-59-59Z", "2024-05-01T12-00-01Z")]
    [InlineData("2024-05-01-12-00-00-001", "regex:.* order=date", "2024-05-01-12-00-00-002", "2024-05-01-12-00-00-002")]
    [InlineData("1700000000", "regex:.* order=date", "1700000001 1699999999", "1700000001")]
    [InlineData("1700000000000", "regex:.* order=date", "1700000000001", "1700000000001")]
    [InlineData("20231114", "regex:.* order=date", "1700000000", "1700000000")] // the same day, later
    [InlineData("1700000000", "regex:.* order=date", "20231114", null)]
    [InlineData(
        "main-20240501-abc",
        "regex:main-(\\d{8})-[a-f0-9]+ order=date",
        "main-20240502-def main-20240503-xyz",
        "main-20240502-def"
    )]
    // text
    [InlineData("a", "regex:[a-z]+ order=alphabetical", "b c aa", "c")]
    [InlineData("b", "regex:[a-z]+ order=alphabetical", "a aa", null)]
    [InlineData(
        "RELEASE.2024-05-01T01-11-18Z",
        "regex:RELEASE\\..* order=alphabetical",
        "RELEASE.2024-05-02T00-00-00Z edge",
        "RELEASE.2024-05-02T00-00-00Z"
    )]
    [InlineData("stable-b-1", "regex:stable-([a-z])-[0-9] order=alphabetical", "stable-a-9 stable-c-0", "stable-c-0")]
    [InlineData("Z", "regex:[a-zA-Z]+ order=alphabetical", "a Y", "a")] // capitals come first
    // versions that an expression captures
    [InlineData("app-1.2.0-prod", "regex:app-(.*)-prod order=semver", "app-1.10.0-prod app-1.9.0-prod app-1.11.0-test", "app-1.10.0-prod")]
    [InlineData("app-1.2.0-prod", "regex:app-(.*)-prod order=semver", "app-1.2-prod app-01.3.0-prod", null)]
    [InlineData("app-1.2.0-prod", "regex:app-(.*)-prod order=semver", "app-1.2.0-rc.1-prod app-1.3.0-rc.1-prod", "app-1.3.0-rc.1-prod")]
    [InlineData("v1.2.0", "regex:v\\d+\\.\\d+\\.\\d+ order=semver", "v1.3.0 v1.4.0-rc.1", "v1.3.0")]
    [InlineData("ubuntu-1.2.0", "regex:(?:ubuntu|debian)-(.*) order=semver", "debian-1.3.0 alpine-1.4.0", "debian-1.3.0")]
    // without an order a list does not say what is newest
    [InlineData("int-1", "regex:int-([0-9]+) order=pushed", "int-2", null)]
    [InlineData("int-1", "regex:int-([0-9]+)", "int-2", null)]
    // a group that may be missing
    [InlineData("b1", "regex:b(\\d+)?x? order=numeric", "bx b b2", "b2")]
    // equals: always the same one
    [InlineData("b1", "regex:b(\\d+) order=numeric", "b02 b2", "b2")]
    [InlineData("b1", "regex:b(\\d+) order=numeric", "b2 b02", "b2")]
    [InlineData("1.0.0", "semver:^1 prefix=v", "v1.0.0", null)]
    [InlineData("x", "semver:^1 prefix=v suffix=-a", "", null)]
    public void Of_a_list_the_highest_that_fits_is_wanted(string own, string policy, string tags, string? wanted)
    {
        Assert.True(TagPolicy.IsValid(policy, out var error), error);
        var list = tags.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(wanted, TagPolicy.FindWantedTag(Service(own, policy), list));
        Assert.Equal(wanted, TagPolicy.FindWantedTag(Service(own, policy), [.. list.Reverse()]));
        if (wanted is not null)
            Assert.Null(TagPolicy.FindObjection(Service(own, policy), wanted));
    }

    [Theory]
    [InlineData(
        "v1.4.0-alpine",
        "semver:^1 prefix=v suffix=-alpine",
        "v1.3.0-alpine",
        "The tag \"v1.3.0-alpine\" was pushed, a lower version than \"v1.4.0-alpine\", which the service is at; a semver tag "
            + "policy never goes down."
    )]
    [InlineData(
        "v1.4.0",
        "semver:^1 prefix=v",
        "1.5.0",
        "The tag \"1.5.0\" was pushed, and it does not begin with \"v\", as the tag policy \"semver:^1 prefix=v\" asks for."
    )]
    [InlineData(
        "1.4.0-a",
        "semver:^1 suffix=-a",
        "1.5.0",
        "The tag \"1.5.0\" was pushed, and it does not end with \"-a\", as the tag policy \"semver:^1 suffix=-a\" asks for."
    )]
    [InlineData(
        "v1.4.0-a",
        "semver:^1 prefix=v suffix=-a",
        "v1.5",
        "The tag \"v1.5\" was pushed, and it does not begin with \"v\" and end with \"-a\", as the tag policy \"semver:^1 "
            + "prefix=v suffix=-a\" asks for."
    )]
    [InlineData(
        "v1.4.0-a",
        "semver:^1 prefix=v suffix=-a",
        "v1.5-a",
        "The tag \"v1.5-a\" was pushed, and it is not a version such as \"v1.2.3-a\", which the tag policy \"semver:^1 prefix=v "
            + "suffix=-a\" asks for."
    )]
    [InlineData(
        "int-163",
        "regex:int-(\\d+) order=numeric",
        "int-99",
        "The tag \"int-99\" was pushed, lower in numeric order than \"int-163\", which the service is at; a tag policy with an "
            + "order never goes down."
    )]
    [InlineData(
        "int-163",
        "regex:int-(.*) order=numeric",
        "int-x",
        "The tag \"int-x\" was pushed, and \"x\" in it is not a number, by which the tag policy \"regex:int-(.*) order=numeric\" "
            + "puts tags in order."
    )]
    [InlineData(
        "n-20240501",
        "regex:n-(.*) order=date",
        "n-20240431",
        "The tag \"n-20240431\" was pushed, and \"20240431\" in it is not a date such as \"20260131\", by which the tag policy "
            + "\"regex:n-(.*) order=date\" puts tags in order."
    )]
    [InlineData(
        "b",
        "regex:[a-z] order=alphabetical",
        "a",
        "The tag \"a\" was pushed, lower in alphabetical order than \"b\", which the service is at; a tag policy with an order "
            + "never goes down."
    )]
    public void What_does_not_fit_says_why(string own, string policy, string pushed, string objection) =>
        Assert.Equal(objection, TagPolicy.FindObjection(Service(own, policy), pushed));

    [Fact]
    public void What_is_deployed_or_held_is_not_undercut_either()
    {
        var service = Service("int-1", "regex:int-(\\d+) order=numeric");
        Assert.Equal(
            "The tag \"int-5\" was pushed, lower in numeric order than \"int-9\", which is being deployed; a tag policy with an "
                + "order never goes down.",
            TagPolicy.FindOvertakenBy(service, "int-5", "int-9")
        );
        Assert.Equal(
            "The tag \"int-5\" was pushed, lower in numeric order than \"int-9\", which is held; a tag policy with an order "
                + "never goes down.",
            TagPolicy.FindOvertakenByHeld(service, "int-5", "int-9")
        );
        Assert.Null(TagPolicy.FindOvertakenBy(service, "int-9", "int-9"));
        Assert.True(TagPolicy.IsNoHigher(service, "int-5", "int-5"));
        Assert.False(TagPolicy.IsNoHigher(service, "int-6", "int-5"));
        Assert.True(TagPolicy.Prefers(service, "int-10", "int-9"));
        Assert.False(TagPolicy.Prefers(service, "int-9", "int-10"));
        Assert.False(TagPolicy.Prefers(service, "ext-10", "int-9"));
    }

    [Theory]
    [InlineData("semver:^1 prefix=", "at the end: \"prefix=\" has no value")]
    [InlineData("semver:^1 prefix=v prefix=w", "at character 11: \"prefix=\" is given twice")]
    [InlineData("semver:^1 suffix=-al+ine", "at character 21: no tag has the character \"+\"")]
    [InlineData("semver:^1 infix=v", "at character 11: \"infix=\" is not known here; expected \"prefix=\" or \"suffix=\"")]
    [InlineData("semver:^1 order=numeric", "at character 11: \"order=\" is not known here; expected \"prefix=\" or \"suffix=\"")]
    [InlineData("semver:prefix=v", "at character 8: a range is missing; write \"*\" for every version")]
    [InlineData("semver: prefix=v", "at character 8: a range is missing; write \"*\" for every version")]
    [InlineData(
        "regex:(\\d+) order=newest",
        "at character 19: \"newest\" is no order; expected \"pushed\", \"semver\", \"numeric\", \"date\", \"alphabetical\""
    )]
    [InlineData("regex:(\\d+) order=", "at the end: \"order=\" has no value")]
    [InlineData(
        "regex:(\\d+)-(\\d+) order=numeric",
        "at character 7: an order needs one group that says by what, or none; write \"(?:\" for other groups"
    )]
    [InlineData("regex: order=numeric", "at character 7: an expression is missing")]
    [InlineData("glob:int-* order=numeric", "at character 12: an order needs \"regex:\", with a group that says by what")]
    public void A_bad_order_is_said_with_its_place(string policy, string expected)
    {
        Assert.False(TagPolicy.IsValid(policy, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static readonly Gen<string> Policies = Gen.OneOf(
        "semver:*",
        "semver:^1 || ^2",
        "semver:>=1.0.0-0",
        "semver:* prefix=v",
        "semver:* suffix=-a",
        "semver:* prefix=v suffix=-a",
        "regex:v?[0-9.]+(?:-a)? order=numeric",
        "regex:v?([0-9.]+)(?:-a)? order=numeric",
        "regex:.*?([0-9]+) order=numeric",
        "regex:(.*) order=semver",
        "regex:.* order=date",
        "regex:d-(.*) order=date",
        "regex:.* order=alphabetical"
    );

    private static readonly Gen<string> Tags = Gen.OneOf(
        Gen.Select(Gen.OneOf("", "v", "x-"), Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 11], Gen.OneOf("", "-a", "-rc.1", "-rc.2-a"))
            .Select((prefix, major, minor, patch, suffix) => $"{prefix}{major}.{minor}.{patch}{suffix}"),
        Gen.Select(Gen.OneOf("", "d-"), Gen.Int[2023, 2025], Gen.Int[1, 12], Gen.Int[1, 31])
            .Select((prefix, year, month, day) => $"{prefix}{year}{month:00}{day:00}"),
        Gen.Int[0, 20].Select(number => $"int-{number}"),
        Gen.OneOf("latest", "edge", "1.2", "v1", "1700000000")
    );

    /// <summary>
    /// Pushes in any order, one deployed, one held, one running: what is taken is never below what was taken before, whichever way it is
    /// looked at.
    /// </summary>
    [Fact]
    public void A_service_never_goes_down() =>
        Gen.Select(Policies, Tags, Tags.Array[1, 12])
            .Sample(
                (policy, first, pushes) =>
                {
                    var taken = new List<string> { first };
                    foreach (var pushed in pushes)
                    {
                        var service = Service(taken[^1], policy);
                        if (TagPolicy.FindObjection(service, pushed) is null)
                            taken.Add(pushed);
                        // what a list offers is what its push would be taken for, and above what runs
                        if (TagPolicy.FindWantedTag(service, pushes) is { } wanted)
                        {
                            Assert.Null(TagPolicy.FindObjection(service, wanted));
                            Assert.False(TagPolicy.IsNoHigher(service, wanted, service.RunningImage.Tag));
                            Assert.All(
                                pushes,
                                tag =>
                                    Assert.False(TagPolicy.FindObjection(service, tag) is null && TagPolicy.Prefers(service, tag, wanted))
                            );
                        }
                    }

                    // not only of neighbours: of all that were taken, none is lower than one before it
                    for (var i = 0; i < taken.Count; i++)
                    for (var j = i + 1; j < taken.Count; j++)
                        Assert.Null(TagPolicy.FindOvertakenBy(Service(first, policy), taken[j], taken[i]));
                },
                iter: 2_000
            );

    private static Service Service(string tag, string policy) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Organization = "default",
            Name = "web",
            Created = DateTimeOffset.UnixEpoch,
            Settings = new ServiceSettings { Image = ImageName.Parse("reg.acme.com/web:" + tag).ToString(), TagPolicy = policy },
        };
}
