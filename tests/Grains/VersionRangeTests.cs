using AutoDeploy.Services.Tags;

namespace AutoDeploy.Grains.Tests;

/// <summary>What node-semver's documentation says of ranges, and what its parts leave open.</summary>
public class VersionRangeTests
{
    [Theory]
    // bounds
    [InlineData(">=1.2.7", "1.2.7 1.2.8 2.5.3 1.3.9", "1.2.6 1.1.0")]
    [InlineData(">=1.2.7 <1.3.0", "1.2.7 1.2.8 1.2.99", "1.2.6 1.3.0 1.1.0")]
    [InlineData("1.2.7 || >=1.2.9 <2.0.0", "1.2.7 1.2.9 1.4.6", "1.2.8 2.0.0")]
    [InlineData(">1.2.3", "1.2.4 2.0.0", "1.2.3 1.2.2")]
    [InlineData("<=1.2.3", "1.2.3 0.0.0", "1.2.4")]
    [InlineData("<1.2.3", "1.2.2 0.0.0", "1.2.3 1.2.3-rc.1 1.2.4")]
    [InlineData("=1.2.3", "1.2.3 v1.2.3 1.2.3+build.5", "1.2.4 1.2.3-rc.1")]
    [InlineData("1.2.3", "1.2.3 v1.2.3", "1.2.4 1.2.2")]
    [InlineData(">=1 <3", "1.0.0 2.9.9", "0.9.9 3.0.0 3.0.0-rc.1")]
    [InlineData(">= 1.2.7   < 1.3.0", "1.2.7", "1.3.0")]
    // bounds with numbers left out
    [InlineData(">1", "2.0.0 2.0.1", "1.0.0 1.9.9")]
    [InlineData(">1.2", "1.3.0 2.0.0", "1.2.0 1.2.9")]
    [InlineData(">=1", "1.0.0 1.0.1 2.0.0", "0.9.9 1.0.0-rc.1")]
    [InlineData(">=1.2", "1.2.0", "1.1.9")]
    [InlineData("<1", "0.9.9", "1.0.0 1.0.0-rc.1")]
    [InlineData("<1.2", "1.1.9 0.1.0", "1.2.0 1.2.0-0 1.2.1")]
    [InlineData("<=1", "1.0.0 1.9.9", "2.0.0 2.0.0-0")]
    [InlineData("<=0.7.x", "0.7.0 0.7.9 0.6.2", "0.8.0")]
    [InlineData("=1.2", "1.2.0 1.2.9", "1.3.0")]
    [InlineData(">=*", "0.0.0 9.9.9", "1.0.0-rc.1")]
    [InlineData("<=x", "0.0.0 9.9.9", "1.0.0-rc.1")]
    [InlineData(">*", "", "0.0.0 1.0.0")]
    [InlineData("<*", "", "0.0.0 1.0.0 0.0.0-0")]
    // prereleases
    [InlineData(">1.2.3-alpha.3", "1.2.3-alpha.7 1.2.3-alpha.10 1.2.3 3.4.5", "1.2.3-alpha.3 1.2.3-alpha.2 3.4.5-alpha.9 1.2.4-alpha.9")]
    [InlineData(">=1.4.0-rc.0 <2", "1.4.0-rc.1 1.4.0 1.5.0", "1.5.0-rc.1 2.0.0 2.0.0-0 1.4.0-beta")]
    [InlineData("1.2.3-beta", "1.2.3-beta", "1.2.3 1.2.3-beta.1 1.2.3-Beta")]
    [InlineData("<1.2.3-rc.1 || 2.x", "1.2.3-beta 2.0.0 1.2.2", "1.2.3-rc.1 2.0.0-beta 1.2.2-beta")]
    [InlineData(">=1.0.0-20240101123456789012345", "1.0.0-20240101123456789012346", "1.0.0-20240101123456789012344 1.0.0-9")]
    // hyphens
    [InlineData("1.2.3 - 2.3.4", "1.2.3 2.0.0 2.3.4", "1.2.2 2.3.5")]
    [InlineData("1.2 - 2.3.4", "1.2.0 2.3.4", "1.1.9 2.3.5")]
    [InlineData("1.2.3 - 2.3", "1.2.3 2.3.0 2.3.99", "2.4.0 2.4.0-0 1.2.2")]
    [InlineData("1.2.3 - 2", "2.0.0 2.99.0", "3.0.0 3.0.0-rc.1")]
    [InlineData("1.2  -  2.3", "1.2.0 2.3.9", "1.1.9 2.4.0")]
    [InlineData("* - 2", "0.0.1 2.9.9", "3.0.0")]
    [InlineData("1.2 - *", "1.2.0 9.0.0", "1.1.0")]
    [InlineData("1.2.3-beta.1 - 1.2.3", "1.2.3-beta.2 1.2.3", "1.2.3-alpha")]
    [InlineData("1 - 1.2 || 3 - 4", "1.0.0 1.2.9 3.0.0 4.9.9", "1.3.0 2.0.0 5.0.0")]
    // x
    [InlineData("*", "0.0.0 1.2.3 99.99.99", "1.0.0-rc.1")]
    [InlineData("x", "0.0.0 1.2.3", "1.0.0-rc.1")]
    [InlineData("1.x", "1.0.0 1.9.9", "0.9.9 2.0.0 2.0.0-0 1.5.0-rc.1")]
    [InlineData("1.X.X", "1.0.0 1.9.9", "0.9.9 2.0.0")]
    [InlineData("1.2.x", "1.2.0 1.2.9", "1.1.9 1.3.0 1.3.0-0")]
    [InlineData("1.2.*", "1.2.0 1.2.9", "1.1.9 1.3.0")]
    [InlineData("1", "1.0.0 1.9.9", "0.9.9 2.0.0")]
    [InlineData("1.2", "1.2.0 1.2.9", "1.1.9 1.3.0")]
    [InlineData("v1.2", "1.2.0 v1.2.9", "1.3.0")]
    [InlineData("0", "0.0.0 0.9.9", "1.0.0")]
    // tildes
    [InlineData("~1.2.3", "1.2.3 1.2.99", "1.2.2 1.3.0 1.3.0-0")]
    [InlineData("~1.2", "1.2.0 1.2.9", "1.1.9 1.3.0")]
    [InlineData("~1", "1.0.0 1.9.9", "2.0.0")]
    [InlineData("~0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0")]
    [InlineData("~0.2", "0.2.0", "0.3.0")]
    [InlineData("~0", "0.0.0 0.9.9", "1.0.0")]
    [InlineData("~1.2.3-beta.2", "1.2.3-beta.2 1.2.3-beta.4 1.2.3 1.2.9", "1.2.3-beta.1 1.2.4-beta.2 1.3.0")]
    [InlineData("~> 1.2.3", "1.2.3 1.2.9", "1.3.0")]
    [InlineData("~ v1.2", "1.2.3", "1.3.0")]
    [InlineData("~*", "0.0.0 5.0.0", "1.0.0-0")]
    // carets
    [InlineData("^1.2.3", "1.2.3 1.9.9", "1.2.2 2.0.0 2.0.0-0 2.0.0-rc.1")]
    [InlineData("^0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0")]
    [InlineData("^0.0.3", "0.0.3", "0.0.2 0.0.4 0.0.4-0")]
    [InlineData("^1.2.3-beta.2", "1.2.3-beta.2 1.2.3-beta.4 1.2.3 1.9.0", "1.2.3-beta.1 1.2.4-beta.2 2.0.0")]
    [InlineData("^0.0.3-beta", "0.0.3-beta 0.0.3-pr.2 0.0.3", "0.0.3-alpha 0.0.4")]
    [InlineData("^1.2.x", "1.2.0 1.9.9", "1.1.9 2.0.0")]
    [InlineData("^0.0.x", "0.0.0 0.0.9", "0.1.0")]
    [InlineData("^0.0", "0.0.0 0.0.9", "0.1.0")]
    [InlineData("^0.1", "0.1.0 0.1.9", "0.2.0 0.0.9")]
    [InlineData("^1.x", "1.0.0 1.9.9", "2.0.0")]
    [InlineData("^0.x", "0.0.0 0.9.9", "1.0.0")]
    [InlineData("^1.2", "1.2.0 1.9.9", "1.1.9 2.0.0")]
    [InlineData("^1", "1.0.0 1.9.9", "2.0.0")]
    [InlineData("^0", "0.0.0 0.9.9", "1.0.0")]
    [InlineData("^v1.2.3+build", "1.2.3", "2.0.0")]
    [InlineData("^*", "0.0.0 5.0.0", "5.0.0-0")]
    // alternatives and blanks
    [InlineData("^1.2||^3", "1.2.0 3.4.5", "2.0.0 4.0.0")]
    [InlineData("  ^1.2  ||  3.0.0  ||  ~5.1  ", "1.9.0 3.0.0 5.1.7", "3.0.1 5.2.0")]
    [InlineData("* ^1.2", "1.2.0", "2.0.0")]
    [InlineData(">=2 <1", "", "0.0.0 1.0.0 2.0.0")]
    // the greatest numbers
    [InlineData("^9007199254740991.0.0", "9007199254740991.5.0", "9007199254740992.0.0 9007199254740990.0.0")]
    [InlineData(">=1", "9007199254740991.9007199254740991.9007199254740991 1.0.9007199254740992 18446744073709551616.0.0", "")]
    [InlineData("^18446744073709551616", "18446744073709551616.1.0", "18446744073709551617.0.0")]
    // without a blank between bounds
    [InlineData(">=1<2", "1.0.0 1.9.9", "0.9.9 2.0.0")]
    [InlineData("1.2+5", "1.2.0 1.2.9", "1.3.0")]
    // what is no version
    [InlineData(
        "*",
        "",
        "1 1.2 v1 v1.2 1.2.3.4 latest edge 01.2.3 1.02.3 1.2.03 1.2.3-01 1.2.3- 1.2.3-a..b V1.2.3 vv1.2.3 1.2.x 1.2.3_4 -1.2.3 "
            + "1..3 =1.2.3 v"
    )]
    public void Covers_what_npm_says(string text, string fitting, string others)
    {
        Assert.True(VersionRange.TryParse(text, out var range, out var error), error?.ToString());
        Assert.All(fitting.Split(' ', StringSplitOptions.RemoveEmptyEntries), tag => Assert.Null(range.FindObjection(tag, "p")));
        Assert.All(others.Split(' ', StringSplitOptions.RemoveEmptyEntries), tag => Assert.NotNull(range.FindObjection(tag, "p")));
    }

    [Theory]
    [InlineData("", 0, "a range is missing")]
    [InlineData("   ", 3, "a range is missing")]
    [InlineData("||", 0, "a range is missing")]
    [InlineData("^1 ||", 5, "a range is missing")]
    [InlineData("^1 || || 2", 6, "a range is missing")]
    [InlineData("1.x.3", 0, "patch version should be a wildcard")]
    [InlineData("x.2.3", 0, "minor version should be a wildcard")]
    [InlineData("^1.x.y", 0, "patch version should be a wildcard")]
    [InlineData("foo", 0, "major version contains invalid character \"f\" in \"foo\"")]
    [InlineData("^1 || foo", 6, "\"foo\"")]
    [InlineData("1.foo", 0, "invalid character \"f\"")]
    [InlineData("1.2a", 0, "invalid character \"a\"")]
    [InlineData("1.2.3beta", 0, "invalid character \"b\"")]
    [InlineData("1.", 0, "minor version missing")]
    [InlineData("1..2", 0, "minor version missing")]
    [InlineData(">=", 0, "not a valid version")]
    [InlineData("^ || 1", 0, "not a valid version")]
    [InlineData("V1", 0, "leading \"V\"")]
    [InlineData("vv1", 0, "invalid character \"v\"")]
    [InlineData("==1", 0, "invalid operator \"==\"")]
    [InlineData("~=1.2", 0, "invalid operator")]
    [InlineData("=>1", 0, "invalid operator")]
    [InlineData("!1", 0, "invalid operator")]
    [InlineData("01.2", 0, "leading zero")]
    [InlineData("1.2.03", 0, "leading zero")]
    [InlineData("1.2.3-rc.01", 0, "leading zero")]
    [InlineData("1.2.3.4", 0, "fourth version number")]
    [InlineData("1.2-beta", 0, "combined with a prerelease")]
    [InlineData("1.2.3-", 0, "missing prerelease identifier")]
    [InlineData("1.2.3-a..b", 0, "missing prerelease identifier")]
    [InlineData("1.2.3+", 0, "missing metadata identifier")]
    [InlineData("1.2.3-\u00e4", 0, "invalid character")]
    [InlineData("1.2 -2.3", 0, "invalid operator \"-\"")]
    [InlineData("1.2 - ", 0, "missing a version number in hyphen range")]
    [InlineData(">=1 - 2", 0, "hyphen range")]
    [InlineData("1 - 2 <3", 0, "hyphen range")]
    [InlineData("1 - >2", 0, "hyphen range")]
    [InlineData(">=1, <2", 0, "not by a comma")]
    [InlineData("1|2", 0, "invalid operator \"|\"")]
    [InlineData("1 && 2", 0, "invalid operator")]
    [InlineData("1/2", 0, "invalid operator")]
    public void Says_what_is_wrong_and_in_which_alternative(string text, int at, string reason)
    {
        Assert.False(VersionRange.TryParse(text, out _, out var error));
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.Equal(at, error.Position);
    }

    /// <summary>The order of semver.org, with numbers of any length.</summary>
    [Fact]
    public void Versions_have_an_order()
    {
        string[] rising =
        [
            "0.0.0-0",
            "0.0.0",
            "0.0.1",
            "0.1.0",
            "0.9.9",
            "0.10.0",
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-99999999999999999999",
            "1.0.0-100000000000000000000",
            "1.0.0--",
            "1.0.0-RC",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.1.0",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "v1.0.1+zzz",
            "2.0.0",
            "10.0.0",
            "9007199254740991.0.0",
            "18446744073709551616.0.0",
        ];
        for (var i = 0; i < rising.Length; i++)
        for (var j = 0; j < rising.Length; j++)
            Assert.Equal(i.CompareTo(j), Math.Sign(VersionRange.Version(rising[i])!.ComparePrecedenceTo(VersionRange.Version(rising[j]))));
    }

    [Theory]
    [InlineData("v1.2.3", "1.2.3")]
    [InlineData("1.2.3+a", "1.2.3+b")]
    [InlineData("1.2.3-rc.1+a.b-c", "v1.2.3-rc.1")]
    public void Prefix_and_build_metadata_do_not_count(string one, string other) =>
        Assert.Equal(0, VersionRange.Version(one)!.ComparePrecedenceTo(VersionRange.Version(other)));

    [Theory]
    [InlineData("1.2.3+")]
    [InlineData("1.2.3+a_b")]
    [InlineData("1.2.3-a+")]
    [InlineData("1.2.\u0663")]
    [InlineData(" 1.2.3")]
    [InlineData("")]
    [InlineData(null)]
    public void Other_texts_are_no_versions(string? text) => Assert.Null(VersionRange.Version(text));
}
