using System.Diagnostics;
using AutoDeploy.Ports;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

/// <summary>A process that records pushes until it is killed: what it had acknowledged then has to be there.</summary>
internal static class KilledProcess
{
    private const int Enough = 500;

    /// <summary>Whether a process that has itself killed was killed; it must not fail in another way.</summary>
    public static async Task<bool> IsKilled(string[] arguments)
    {
        using var process = Start(arguments);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode is 0 or 137
            ? process.ExitCode == 137
            : throw new InvalidOperationException($"It ended with {process.ExitCode}: {output}");
    }

    /// <param name="arguments">What this program is told to be, see Program.</param>
    /// <returns>The pushes that it had acknowledged.</returns>
    public static async Task<IReadOnlyList<Guid>> Run(params string[] arguments)
    {
        using var process = Start(arguments);
        List<Guid> acknowledged = [];
        try
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                // the very last line may be half a one
                if (Guid.TryParseExact(line, "D", out var uuid))
                    acknowledged.Add(uuid);
                if (acknowledged.Count == Enough)
                    process.Kill();
            }
        }
        finally
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        Assert.True(acknowledged.Count >= Enough, "it ran until it was killed");
        return acknowledged;
    }

    private static Process Start(string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                ["exec", typeof(KilledProcess).Assembly.Location, .. arguments]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;

    public static async Task AssertThere(ILedger ledger, IReadOnlyList<Guid> acknowledged)
    {
        foreach (var uuid in acknowledged)
            Assert.NotNull(await ledger.FindPush(uuid, Never));
        var known = (await ledger.FindPush(acknowledged[0], Never))!;
        Assert.False((await ledger.RecordPushes([known with { Uuid = Guid.NewGuid() }], Never))[0].New);
    }
}
