using AutoDeploy.Services;

namespace AutoDeploy.Containers.Tests;

public sealed class DockerOptionsTests
{
    [Fact]
    public void A_default_log_is_a_driver_with_options_or_the_engines()
    {
        Assert.True(DockerOptions.TryParseLogging("journald tag=a=b labels=", out var logging));
        Assert.Equal(("journald", "a=b", ""), (logging!.Driver, logging.Options["tag"], logging.Options["labels"]));
        Assert.True(DockerOptions.TryParseLogging(" local ", out logging));
        Assert.Equal(("local", 0), (logging!.Driver, logging.Options.Count));
        Assert.True(DockerOptions.TryParseLogging("engine", out logging));
        Assert.Null(logging);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("max-size=1m")]
    [InlineData("json-file 10m")]
    [InlineData("json-file =10m")]
    public void What_is_no_default_log_is_said_to_be_none(string text) =>
        Assert.False(DockerOptions.TryParseLogging(text, out LogSettings? _));
}
