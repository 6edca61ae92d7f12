using AutoDeploy.Ports;

namespace AutoDeploy.Git.Tests;

public sealed class ContextLimitsTests
{
    private readonly ContextLimits _limits = new("git.example.org/acme/shop");

    [Fact]
    public void Each_limit_is_named_by_what_goes_over_it()
    {
        Goes(() => _limits.AddEntry(ContextLimits.MaxPathBytes + 1, 0), "has a file whose path is longer than 4,096 bytes");
        Goes(() => _limits.AddEntry(1, ContextLimits.MaxPathDepth + 1), "has a file that is more than 256 directories deep");
        Goes(() => Fill(() => _limits.AddEntry(ContextLimits.MaxPathBytes, 1), 4_097), "has paths of more than 16,777,216 bytes in all");
        Goes(
            () => Fill(() => _limits.AddLink(ContextLimits.MaxLinkBytes), 4_097),
            "has symbolic links with targets of more than 16,777,216 bytes in all"
        );
        Goes(() => Fill(_limits.AddSubmodule, 101), "has more than 100 submodules");
    }

    [Fact]
    public void As_many_files_as_the_limit_are_well()
    {
        Fill(() => _limits.AddEntry(100, 3), 100_000);
        Goes(() => _limits.AddEntry(100, 3), "has more than 100,000 files and directories");
    }

    private static void Fill(Action add, int times)
    {
        for (var i = 0; i < times; i++)
            add();
    }

    private static void Goes(Action over, string words)
    {
        var e = Assert.Throws<GitException>(over);
        Assert.Equal(
            (GitFault.Refused, $"The repository git.example.org/acme/shop {words}; that is too much for a build."),
            (e.Fault, e.Message)
        );
    }
}
