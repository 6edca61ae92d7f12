using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("  ", new string[0])]
    [InlineData("httpd -f  -p 80", new[] { "httpd", "-f", "-p", "80" })]
    [InlineData("sh -c 'echo $A; exit 1'", new[] { "sh", "-c", "echo $A; exit 1" })]
    [InlineData("a \"b c\"d ''", new[] { "a", "b cd", "" })]
    [InlineData("\"a\\\"b\\\\c\\d\"", new[] { "a\"b\\c\\d" })]
    [InlineData("a\\ b 'c\\d'", new[] { "a b", "c\\d" })]
    [InlineData("a\tb\nc", new[] { "a", "b", "c" })]
    public void Splits_as_a_shell_does(string text, string[] expected)
    {
        Assert.True(CommandLine.TrySplit(text, out var words, out _));
        Assert.Equal(expected, words);
    }

    [Theory]
    [InlineData("a 'b", "single quote at position 3")]
    [InlineData("\"b", "double quote at position 1")]
    [InlineData("a \"b\\\"", "double quote at position 3")]
    [InlineData("a\\", "backslash")]
    public void Says_what_is_wrong(string text, string expected)
    {
        Assert.False(CommandLine.TrySplit(text, out _, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_line_means_the_images_own() => Assert.Null(CommandLine.Split(" "));
}
