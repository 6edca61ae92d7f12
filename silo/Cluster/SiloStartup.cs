using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace AutoDeploy.Silo.Cluster;

/// <summary>From the command line to a running silo, and what is said on the way.</summary>
public static class SiloStartup
{
    private const int CannotStart = 1;
    private const int BadOptions = 2;

    public static async Task<int> Run(string[] args, TextWriter output, TextWriter errors)
    {
        try
        {
            var options = SiloOptions.Read(args, Environment.GetEnvironmentVariable);
            if (options.Help)
            {
                await output.WriteLineAsync(SiloOptions.Usage);
                return 0;
            }

            if (Listening.Objection(options.Host, options.Port) is { } objection)
            {
                await errors.WriteLineAsync(objection);
                return CannotStart;
            }

            await using var app = SiloApp.Build(options);
            await app.StartAsync();
            await output.WriteLineAsync("The silo has joined the cluster");
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (OptionsException e)
        {
            await errors.WriteLineAsync(e.Message);
            return BadOptions;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await errors.WriteLineAsync($"The silo cannot start: {e.Message}");
            return CannotStart;
        }
    }
}
