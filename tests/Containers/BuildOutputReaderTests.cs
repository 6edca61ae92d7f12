using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Docker.DotNet.Models;

namespace AutoDeploy.Containers.Tests;

/// <summary>Lines out of pieces, without a daemon.</summary>
public sealed class BuildOutputReaderTests
{
    public static TheoryData<string[], string[]> Pieces =>
        new()
        {
            { ["one\ntwo\n"], ["one", "two"] },
            { ["o", "ne\nt", "wo", "\n\n", "three"], ["one", "two", "", "three"] },
            { ["one\r\n", "two\r", "\nthree\r\r\n"], ["one", "two", "three"] },
            { ["10%\r", "50", "%\r100%", "\n"], ["100%"] },
            { ["100%\r"], ["100%"] },
            { ["\x1b[91mwarning\n\x1b[0m", " ---> 0123\n"], ["warning", " ---> 0123"] },
            { ["\x1b[1", ";31mred\x1b", "[0m\n"], ["red"] },
            { ["\x1b]0;title\aa\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\b\x1b(B\u009b2Kc\n"], ["alinkbc"] },
            { ["\x1b]never ended\n\x1b"], ["never ended"] },
            { ["a\tb\a\0\u007fc\u0085d\n"], ["a\tbcd"] },
            {
                ["no end", "Removing intermediate container 0123\n", "no end", " ---> 0123\n", "no end", "Step 2/3 : RUN x\n"],
                ["no end", "Removing intermediate container 0123", "no end", " ---> 0123", "no end", "Step 2/3 : RUN x"]
            },
            { ["\x1b[0m"], [] },
            { [new string('x', 20_000) + "\n"], [new string('x', 16 * 1024)] },
            { [new string('x', 16 * 1024 - 1) + "😀\n"], [new string('x', 16 * 1024 - 1)] },
        };

    [Theory, MemberData(nameof(Pieces))]
    public void Pieces_become_lines(string[] pieces, string[] expected)
    {
        var lineCollector = new LineCollector();
        var output = new BuildOutputReader(lineCollector);

        foreach (var piece in pieces)
            output.Report(new JSONMessage { Stream = piece });
        output.End();
        output.End();

        Assert.Equal(expected, lineCollector.All);
    }

    [Fact]
    public void A_pull_comes_in_between_and_the_error_is_no_line()
    {
        var lineCollector = new LineCollector();
        var output = new BuildOutputReader(lineCollector);

        output.Report(new JSONMessage { Stream = "begun" });
        output.Report(new JSONMessage { Status = "Downloading", ID = "0123" });
        output.Report(new JSONMessage { Status = "Pull complete", ID = "0123" });
        output.Report(new JSONMessage { Error = new JSONError { Message = "It failed\nbadly.\n" } });

        Assert.Equal(["begun", "0123: Pull complete"], lineCollector.All);
        Assert.Equal("It failed badly", output.Error);
        Assert.Null(output.Id);
    }

    [Fact]
    public void A_failure_shows_no_password()
    {
        var spec = new BuildSpec
        {
            Name = ImageName.Parse("acme/api:1"),
            Key = "key",
            Dockerfile = "Dockerfile",
            Credentials = [new RegistryCredential("ghcr.io", "u", ""), new RegistryCredential("docker.io", "u", "pass-word")],
        };

        Assert.Equal(
            "The build failed: login with u:*** failed.",
            BuildOutputReader.Failure(spec, "login with u:pass-word failed.", null).Message
        );
    }
}
