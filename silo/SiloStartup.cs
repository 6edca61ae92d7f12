using AutoDeploy.Hosting.Cluster;
using AutoDeploy.Hosting.Configuration;
using AutoDeploy.Integrations;
using AutoDeploy.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoDeploy.Silo;

/// <summary>Starts a silo from its command line and prints errors and progress.</summary>
public static class SiloStartup
{
    private const int CannotStart = 1;
    private const int BadOptions = 2;
    private const int CannotStop = 3;

    /// <summary>Service managers kill what has not stopped after 30 s.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(28);

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

            await using var app = SiloApp.Build(options);
            if (
                (
                    PortProbe.FindObjection(options.Host, options.Port)
                    ?? app.Services.GetRequiredService<ClusterSettings>().FindObjection()
                ) is
                { } objection
            )
            {
                await errors.WriteLineAsync(objection);
                return CannotStart;
            }

            // print the message only; the host would log it as a failure with a stack trace
            await app.Services.GetRequiredService<ILedger>().Open(CancellationToken.None);
            await app.StartAsync();
            await output.WriteLineAsync("The silo has joined the cluster");
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var registration = app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
            var stopped = app.WaitForShutdownAsync();
            await stopping.Task;
            if (await Task.WhenAny(stopped, Task.Delay(ShutdownTimeout)) == stopped)
                return 0;
            // for example, the database does not answer, so the silo cannot announce its departure; the others detect it by probes
            await errors.WriteLineAsync(
                $"The silo could not stop in good order within {ShutdownTimeout.TotalSeconds:0} s; it ends without."
            );
            Environment.Exit(CannotStop);
            return CannotStop;
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
