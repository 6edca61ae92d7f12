using System.Globalization;
using AutoDeploy.Deployments.Images;

namespace AutoDeploy.Grains.Tests;

public class BuildLogTests
{
    private readonly List<string> _written = [];

    [Fact]
    public async Task All_that_was_reported_is_written_in_its_order_when_it_ends()
    {
        await Report(1000);
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => $"  {i}"), _written);
    }

    [Fact]
    public async Task Of_endless_output_the_beginning_and_the_end_are_kept()
    {
        await Report(50_000);
        Assert.Equal(10_101, _written.Count);
        Assert.Equal("  10000", _written[9_999]);
        Assert.Contains("39900 lines", _written[10_000], StringComparison.Ordinal);
        Assert.Equal("  50000", _written[^1]);
    }

    private async Task Report(int lines)
    {
        await using var log = new BuildLog(batch =>
        {
            _written.AddRange(batch);
            return Task.CompletedTask;
        });
        for (var i = 1; i <= lines; i++)
            log.Report(i.ToString(CultureInfo.InvariantCulture));
    }
}
