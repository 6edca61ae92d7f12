using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoDeploy.Deployments.Images;

/// <summary>Hands a build's lines on, and notices in them which step it has come to.</summary>
public sealed partial class BuildStepParser(IProgress<string> lines, Action<int, int> step) : IProgress<string>
{
    public void Report(string value)
    {
        lines.Report(value);
        if (
            StepPattern().Match(value) is { Success: true } match
            && int.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out var all)
        )
            step(number, all);
    }

    [GeneratedRegex(@"^Step (\d+)/(\d+) : ")]
    private static partial Regex StepPattern();
}
