using System.Text;

namespace AutoDeploy.Git.Tests;

public sealed class GlobPatternTests
{
    /// <summary>A pattern that costs whoever goes back exponential time, and whoever builds a machine of it much memory.</summary>
    [Fact]
    public void The_work_of_a_match_is_bounded_by_the_lengths_of_pattern_and_path()
    {
        var rule = string.Concat(Enumerable.Repeat("[a-z]*?*", 500)) + "!";
        var ignore = DockerIgnore.Parse(rule);
        var path = new string('a', 4000);

        Assert.False(ignore.Excludes(path));
        Assert.InRange(ignore.Work, 1, (rule.Length + 1L) * (path.Length + 1L));
    }

    [Fact]
    public void What_all_rules_may_cost_for_all_files_is_bounded()
    {
        var ignore = DockerIgnore.Parse(string.Concat(Enumerable.Repeat("*a*b*c*\n", 100)), maxWork: 100_000);

        var e = Assert.Throws<IgnoreLimitException>(() =>
        {
            for (var i = 0; i < 10_000; i++)
                ignore.Excludes($"directory/file-{i}");
        });
        Assert.Equal("rules that take too long to match against all files", e.Message);
        Assert.InRange(ignore.Work, 100_000, 101_000);
    }

    [Fact]
    public void Rules_are_counted_and_measured()
    {
        var most = new StringBuilder("# not a rule\n\n").Insert(0, "a*\n", DockerIgnore.MaxRules).ToString();
        Assert.True(DockerIgnore.Parse(most).Excludes("ab"));
        Assert.Equal("more than 2,000 rules", Assert.Throws<IgnoreLimitException>(() => DockerIgnore.Parse(most + "b")).Message);

        Assert.True(DockerIgnore.Parse(new string('a', DockerIgnore.MaxRuleLength)).Excludes(new string('a', DockerIgnore.MaxRuleLength)));
        Assert.Equal(
            "a rule of more than 4,096 characters",
            Assert.Throws<IgnoreLimitException>(() => DockerIgnore.Parse(new string('a', DockerIgnore.MaxRuleLength + 1))).Message
        );
    }

    [Theory]
    [InlineData("a**b", "a/x/b", true)]
    [InlineData("a**b", "a/xb", false)]
    [InlineData("a**b", "ab", true)]
    [InlineData("**/a*/**/b?", "a/bb", true)]
    [InlineData("**/a*/**/b?", "x/y/ax/z/z/b1", true)]
    [InlineData("**/a*/**/b?", "x/y/ax/z/z/b12", false)]
    [InlineData("**/a*/**/b?", "xa/bb", false)]
    [InlineData("*/**", "a", false)]
    [InlineData("*/**", "a/b/c", true)]
    [InlineData("?[^a]", "x😀", true)]
    [InlineData("[😀-😂]", "😁", true)]
    public void A_rule_with_several_wildcards_matches_each_in_its_place(string rule, string path, bool isExcluded) =>
        Assert.Equal(isExcluded, DockerIgnore.Parse(rule).Excludes(path));
}
