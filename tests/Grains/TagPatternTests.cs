using AutoDeploy.Services.Tags;

namespace AutoDeploy.Grains.Tests;

/// <summary>Globs and regular expressions for tags.</summary>
public class TagPatternTests
{
    [Theory]
    [InlineData("*", "a v1.2.3 _", "")]
    [InlineData("**", "a v1.2.3", "")]
    [InlineData("release-*", "release- release-1 release-1.2-rc", "release Release-1 my-release-1")]
    [InlineData("*-eu", "-eu 1-eu 1-eu-eu", "1-eu1 1-EU eu")]
    [InlineData("v*.*", "v. v1.2 v1.2.3", "v12 1.2")]
    [InlineData("a*b*c", "abc aXbYc abbcc abcabc", "ab acb abcX")]
    [InlineData("v?", "v1 vv", "v v12")]
    [InlineData("??", "12", "1 123")]
    [InlineData("v[123]", "v1 v3", "v4 v v12")]
    [InlineData("v[1-3a]", "v1 v2 v3 va", "v4 vb v-")]
    [InlineData("v[!1-3]", "v4 v- vx", "v1 v2 v")]
    [InlineData("[!a-z]*", "1a A", "a1 z")]
    [InlineData("[a-]", "a -", "b")]
    [InlineData("[-a]", "a -", "b")]
    [InlineData("[a\\-c]", "a - c", "b")]
    [InlineData("1.2", "1.2", "1x2 1.2.3")]
    [InlineData("\\v1\\.2", "v1.2", "v1x2")]
    [InlineData("a*a*a*a*a*a*a*b", "aaaaaaab", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_glob_covers_whole_tags(string text, string fitting, string others)
    {
        Assert.True(TagGlob.TryParse(text, out var glob, out var error), error?.ToString());
        Check(glob, fitting, others);
    }

    [Fact]
    public void A_glob_of_stars_covers_even_nothing()
    {
        Assert.True(TagGlob.TryParse("*", out var glob, out _));
        Assert.True(glob.IsMatch(""));
        Assert.True(TagGlob.TryParse("?", out glob, out _));
        Assert.False(glob.IsMatch(""));
        Assert.False(glob.IsMatch("\u00e4"));
    }

    [Theory]
    [InlineData("", 0, "a pattern is missing")]
    [InlineData("v[12", 1, "\"[\" is never closed")]
    [InlineData("v[", 1, "\"[\" is never closed")]
    [InlineData("v[!", 1, "\"[\" is never closed")]
    [InlineData("v[a-", 1, "\"[\" is never closed")]
    [InlineData("v[]", 2, "the set is empty")]
    [InlineData("v[!]", 3, "the set is empty")]
    [InlineData("v[]a]", 2, "the set is empty")]
    [InlineData("v[9-1]", 3, "\"9-1\" goes backwards")]
    [InlineData("v[^1]", 2, "write \"[!\"")]
    [InlineData("v[/]", 2, "no tag has the character \"/\"")]
    [InlineData("v[a-/]", 4, "no tag has the character \"/\"")]
    [InlineData("v\\", 1, "the backslash has nothing after it")]
    [InlineData("v[\\", 2, "the backslash has nothing after it")]
    [InlineData("v\\*", 2, "no tag has the character \"*\"")]
    [InlineData(" v1", 0, "no tag has the character \" \"")]
    [InlineData("{a,b}", 0, "no tag has the character \"{\"")]
    [InlineData("a]", 1, "no tag has the character \"]\"")]
    [InlineData("\u00e4", 0, "no tag has the character")]
    public void A_bad_glob_says_what_is_wrong_and_where(string text, int at, string reason)
    {
        Assert.False(TagGlob.TryParse(text, out _, out var error));
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.Equal(at, error.Position);
    }

    [Theory]
    [InlineData("v\\d+", "v1 v123", "v 1 v1.2 xv1 v1x")]
    [InlineData("a|ab", "a ab", "abc b")]
    [InlineData("main-[0-9a-f]{7}", "main-0a1b2c3", "main-0a1b2c Main-0a1b2c3")]
    [InlineData("(?i)release", "release RELEASE", "releases")]
    [InlineData("(stable|beta)(-\\d+)?", "stable beta-2", "stable- alpha")]
    [InlineData("^v1$", "v1", "v12")]
    [InlineData("(?x) v 1 (?# one )", "v1", "v2")]
    [InlineData(".*", "a 1.2", "")]
    [InlineData("(?:a?){30}a{30}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaa")]
    public void An_expression_covers_whole_tags(string text, string fitting, string others)
    {
        Assert.True(TagExpression.TryParse(text, out var expression, out var error), error?.ToString());
        Check(expression, fitting, others);
        Assert.NotNull(expression.FindObjection("v1\n", "p"));
    }

    [Theory]
    [InlineData("", 0, "an expression is missing")]
    [InlineData("v(1", 3, "a \"(\" is never closed")]
    [InlineData("v1)", 2, "the \")\" closes nothing")]
    [InlineData("a)|(b", 1, "the \")\" closes nothing")]
    [InlineData("v[1", 3, "a \"[\" is never closed")]
    [InlineData("v(?#c", 5, "a comment is never closed")]
    [InlineData("(?x)v1 # one", 12, "a comment is not closed")]
    [InlineData("*v", 0, "nothing before it to repeat")]
    [InlineData("v**", 2, "without parentheses")]
    [InlineData("v{2,1}", 5, "the counts go backwards")]
    [InlineData("[z-a]", 3, "goes backwards")]
    [InlineData("v\\", 1, "the backslash has nothing after it")]
    [InlineData("v\\q", 2, "no such escape sequence")]
    [InlineData("\\p{Foo}", 6, "no such category")]
    [InlineData("(?y)v", 2, "no such kind of group")]
    [InlineData("v(?=1)", 1, "lookaround is not supported")]
    [InlineData("v(?!1)", 1, "lookaround is not supported")]
    [InlineData("(?<=v)1", 0, "lookaround is not supported")]
    [InlineData("\\((?<!v)1", 2, "lookaround is not supported")]
    [InlineData("[(?=][]\\1](?!a)", 10, "lookaround is not supported")]
    [InlineData("[a[](?!a)", 4, "lookaround is not supported")]
    [InlineData("[a-z-[x]](?!a)", 9, "lookaround is not supported")]
    [InlineData("(v)\\1", 3, "backreferences are not supported")]
    [InlineData("(?<n>v)\\k<n>", 7, "backreferences are not supported")]
    [InlineData("v\\8", 1, "backreferences are not supported")]
    [InlineData("\\Gv", 0, "\"\\G\" is not supported")]
    [InlineData("(?>v)", 0, "atomic groups are not supported")]
    [InlineData("(?(a)b|c)", 0, "conditions are not supported")]
    [InlineData("(?<a>x)(?<a-a>y)", 7, "balancing groups are not supported")]
    [InlineData("(?'a'x-)(?'-a'y)", 8, "balancing groups are not supported")]
    [InlineData("(v{1000}){1000}", 0, "too large")]
    public void A_bad_expression_says_what_is_wrong_and_where(string text, int at, string reason)
    {
        Assert.False(TagExpression.TryParse(text, out _, out var error));
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.Equal(at, error.Position);
    }

    private static void Check(ITagRule rule, string fitting, string others)
    {
        Assert.All(fitting.Split(' ', StringSplitOptions.RemoveEmptyEntries), tag => Assert.Null(rule.FindObjection(tag, "p")));
        Assert.All(others.Split(' ', StringSplitOptions.RemoveEmptyEntries), tag => Assert.NotNull(rule.FindObjection(tag, "p")));
    }
}
