using System.Diagnostics;
using System.Text;

namespace AutoDeploy.Testing;

/// <summary>Runs git as if nobody had ever configured it.</summary>
internal static class GitProcess
{
    // the commits of a test have different times, in their order, so that no two are the same commit
    private static readonly DateTimeOffset Beginning = DateTimeOffset.UtcNow.AddDays(-1);
    private static int _seconds;

    public static string Run(string folder, params IReadOnlyList<string> arguments) => RunWith(folder, null, arguments);

    /// <exception cref="InvalidOperationException">git failed; the message is what it said.</exception>
    public static string RunWith(string folder, string? input, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Prerequisites.Find("git") ?? "git", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        Clean(start);
        var time = Beginning.AddSeconds(Interlocked.Increment(ref _seconds)).ToString("yyyy-MM-ddTHH:mm:ssZ", null);
        foreach (var who in (string[])["AUTHOR", "COMMITTER"])
        {
            start.Environment[$"GIT_{who}_NAME"] = "Ada Tester";
            start.Environment[$"GIT_{who}_EMAIL"] = "ada@acme.example";
            start.Environment[$"GIT_{who}_DATE"] = time;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException(
                $"git {string.Join(' ', arguments)} ended with code {process.ExitCode}:\n{errors.Result}{output.Result}"
            );
    }

    /// <summary>Hides the configuration of the machine and of whoever runs the tests.</summary>
    public static void Clean(ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C.UTF-8";
    }
}
