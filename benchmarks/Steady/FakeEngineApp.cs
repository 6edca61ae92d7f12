using System.Globalization;
using AutoDeploy.Api;
using AutoDeploy.Ports;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Benchmarks.Steady;

/// <summary>AutoDeploy as a process with an engine on paper; everything else, with the runtime's settings, is the product's.</summary>
internal static class FakeEngineApp
{
    /// <summary>The first argument of the process.</summary>
    public const string Word = "paper";

    /// <summary>By so many days its clock is ahead.</summary>
    private const string DaysAhead = "PAPER_DAYS_AHEAD";

    /// <summary>Starts it and waits until it is ready.</summary>
    public static Task<AutoDeployProcess> Start(
        string? data = null,
        int daysAhead = 0,
        params IEnumerable<KeyValuePair<string, string>> environment
    )
    {
        var here = typeof(FakeEngineApp).Assembly.Location;
        var settings = Path.Combine(Path.GetDirectoryName(here)!, "autodeploy.runtimeconfig.json");
        return AutoDeployProcess.Start(
            "unix:///nonexistent/docker.sock",
            data,
            new Dictionary<string, string>(environment) { [DaysAhead] = daysAhead.ToString(CultureInfo.InvariantCulture) },
            ["exec", "--runtimeconfig", settings, here, Word]
        );
    }

    public static async Task Run(string[] args)
    {
        var days = int.Parse(Environment.GetEnvironmentVariable(DaysAhead)!, CultureInfo.InvariantCulture);
        await using var app = ApiApplication.Build(
            ApiOptions.Read(args, Environment.GetEnvironmentVariable),
            time: new ShiftedClock { Ahead = TimeSpan.FromDays(days) },
            replace: services => services.AddSingleton<IEngineProvider, FakeEngines>()
        );
        await app.RunAsync();
    }
}
