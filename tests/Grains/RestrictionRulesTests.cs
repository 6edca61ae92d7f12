using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests;

public class RestrictionRulesTests
{
    [Theory]
    [InlineData("api/")]
    [InlineData("README.md")]
    [InlineData("my-prefix*")]
    [InlineData("docs/a b/ü.md")]
    [InlineData("a..b/c")]
    [InlineData(".github/")]
    [InlineData("a'b\"c")]
    public void A_path_from_the_root_is_a_value(string value) => Assert.True(RestrictionRules.IsValue(value, out _));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("   ", "is empty")]
    [InlineData("/api", "begins with \"/\"")]
    [InlineData("*", "would cover everything")]
    [InlineData("**", "wildcard")]
    [InlineData("src/*.cs", "write \"src/\"")]
    [InlineData("src/**/a*", "write \"src/\"")]
    [InlineData("a?c", "write \"a\"")]
    [InlineData("src/[ab].cs", "write \"src/\"")]
    [InlineData("..", "\"..\"")]
    [InlineData("a/../b", "\"..\"")]
    [InlineData("./a", "\".\"")]
    [InlineData("a//b", "\"//\"")]
    [InlineData("a\nb", "control characters")]
    [InlineData("!docs/", "write \"docs/\" with the mode EXCLUDE")]
    [InlineData("!", "write \"src/\" with the mode EXCLUDE")]
    [InlineData("apps/a,packages/b", "has a comma; expected one path, and a restriction for each: write \"apps/a\" and \"packages/b\"")]
    [InlineData("apps/a, packages/b", "write \"apps/a\" and \"packages/b\"")]
    [InlineData(",", "write \"src/\"")]
    [InlineData(" packages/app", "begins with a space; write \"packages/app\"")]
    [InlineData(" /packages/app ", "begins with a space; write \"packages/app\"")]
    [InlineData("packages/app ", "ends with a space; write \"packages/app\"")]
    [InlineData("a\\b", "has a backslash, and the parts of a path have \"/\" between them; write \"a/b\"")]
    [InlineData("\\a\\b\\", "write \"a/b/\"")]
    public void Anything_else_is_refused_with_what_to_write_instead(string value, string part)
    {
        Assert.False(RestrictionRules.IsValue(value, out var error));
        Assert.Contains(part, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_has_at_most_1024_characters()
    {
        Assert.True(RestrictionRules.IsValue(new string('a', 1024), out _));
        Assert.False(RestrictionRules.IsValue(new string('a', 1025), out var error));
        Assert.Contains("1,024", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api/", "api/a.cs", true)]
    [InlineData("api", "api/a.cs", true)]
    [InlineData("api", "apix", true)]
    [InlineData("api*", "api/a.cs", true)]
    [InlineData("api/", "api", false)]
    [InlineData("api/", "web/api/a.cs", false)]
    [InlineData("api/", "API/a.cs", false)]
    [InlineData("docs/ü b.md", "docs/ü b.md", true)]
    public void It_covers_every_path_that_begins_with_it(string value, string path, bool covered) =>
        Assert.Equal(covered, RestrictionRules.Covers(value, path));

    // restrictions are written "M api/" and "X docs/"; null files are unknown
    [Theory]
    [InlineData("", "a", true)]
    [InlineData("", "", true)]
    [InlineData("M api/", "api/a.cs", true)]
    [InlineData("M api/", "web/a.cs", false)]
    [InlineData("M api/", "web/a.cs|api/a.cs", true)]
    [InlineData("M api/", "", false)]
    [InlineData("M api/", null, true)]
    [InlineData("M api/|M lib/", "lib/x", true)]
    [InlineData("M api/|M lib/", "web/x", false)]
    [InlineData("X README.md", "README.md", false)]
    [InlineData("X README.md", "README.md|a.cs", true)]
    [InlineData("X README.md", "", false)]
    [InlineData("X README.md", null, true)]
    [InlineData("X docs/|X README.md", "docs/a|README.md", false)]
    [InlineData("M api/|X api/docs/", "api/docs/a.md", false)]
    [InlineData("M api/|X api/docs/", "api/docs/a.md|api/a.cs", true)]
    [InlineData("M api/|X api/docs/", "api/docs/a.md|web/a.cs", false)]
    [InlineData("M api/|X web/", "web/a.cs|api/a.cs", true)]
    [InlineData("M api*", "api2/a", true)]
    public void What_is_left_after_the_excludes_has_to_be_matched(string restrictions, string? files, bool deploys)
    {
        var all = restrictions
            .Split('|', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => new Restriction
            {
                Uuid = Guid.NewGuid(),
                Mode = text[0] == 'M' ? RestrictionMode.Match : RestrictionMode.Exclude,
                Value = text[2..],
                Created = DateTimeOffset.UnixEpoch,
            })
            .ToList();
        var objection = RestrictionRules.FindObjection(all, files?.Split('|', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(deploys, objection is null);
        if (objection is not null)
            Assert.EndsWith(".", objection, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sentence_names_some_of_many_files_on_one_line()
    {
        var restriction = new Restriction
        {
            Uuid = Guid.NewGuid(),
            Mode = RestrictionMode.Exclude,
            Value = "docs/",
            Created = DateTimeOffset.UnixEpoch,
        };
        var objection = RestrictionRules.FindObjection([restriction], [.. Enumerable.Range(0, 2000).Select(i => $"docs/line\nend{i}")]);
        Assert.Contains("docs/line?end0", objection, StringComparison.Ordinal);
        Assert.Contains("1997 more", objection, StringComparison.Ordinal);
    }
}
