using AutoDeploy.Deployments.Images;

namespace AutoDeploy.Grains.Tests;

public class BuildStepParserTests
{
    [Fact]
    public void The_step_is_read_from_the_builders_own_lines_and_all_lines_go_on()
    {
        var lines = new List<string>();
        var steps = new List<(int, int)>();
        var build = new BuildStepParser(new LineRecorder(lines), (step, all) => steps.Add((step, all)));
        string[] said =
        [
            "Step 1/3 : FROM scratch",
            " ---> 1234",
            "RUN echo Step 9/9 : no",
            "Step 2/3 : COPY . /",
            "Step x/3 : no",
            "Step 3/99999999999 : no",
        ];
        foreach (var line in said)
            build.Report(line);
        Assert.Equal(said, lines);
        Assert.Equal([(1, 3), (2, 3)], steps);
    }

    private sealed class LineRecorder(List<string> lines) : IProgress<string>
    {
        public void Report(string value) => lines.Add(value);
    }
}
