using System.Net.Sockets;
using AutoDeploy.Hosting.Configuration;
using AutoDeploy.Hosting.Sbom;
using AutoDeploy.Integrations;
using AutoDeploy.Ports;

namespace AutoDeploy.Api;

/// <summary>Starts the API from its command line and prints errors and progress.</summary>
public static class ApiProgram
{
    private const int CannotStart = 1;
    private const int BadOptions = 2;

    public static async Task<int> Run(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is ["--sbom"] or ["--sbom", _])
            return await WriteSbom(args.ElementAtOrDefault(1) ?? "-", output, errors);

        ApiOptions options;
        try
        {
            options = ApiOptions.Read(args, Environment.GetEnvironmentVariable);
        }
        catch (OptionsException e)
        {
            await errors.WriteLineAsync(e.Message);
            return BadOptions;
        }

        if (options.Help)
        {
            await output.WriteLineAsync(ApiOptions.Usage);
            return 0;
        }

        // checked before anything is opened: the process that uses the port may use the same data directory
        if (PortProbe.FindObjection(options.ListenAddress, options.Port) is { } objection)
        {
            await errors.WriteLineAsync(objection);
            return CannotStart;
        }

        try
        {
            await using var app = ApiApplication.Build(options, output);
            // what is wrong with it is a sentence, not a fault of the host that it is logged as
            await app.Services.GetRequiredService<ILedger>().Open(CancellationToken.None);
            await app.StartAsync();
            await output.WriteLineAsync($"AutoDeploy listens at {Address(app, options)}");
            if (options.IsLoopbackByDefault)
                await output.WriteLineAsync(
                    "Only this machine reaches it. For others: --cert and --key, a TLS proxy here, or --host (without TLS, "
                        + "everybody on the way can read the token)."
                );
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
            await errors.WriteLineAsync($"AutoDeploy cannot start: {e.Message}");
            return CannotStart;
        }
    }

    private static async Task<int> WriteSbom(string file, TextWriter output, TextWriter errors)
    {
        try
        {
            await SbomWriter.Write(typeof(ApiProgram).Assembly.GetName().Name!, file, output);
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            await errors.WriteLineAsync($"The list of components cannot be written: {e.Message}");
            return CannotStart;
        }
    }

    private static string Address(WebApplication app, ApiOptions options)
    {
        if (options.Url is { } set)
            return set;
        var port = app
            .Urls.Select(url => new Uri(url.Replace("[::]", "localhost", StringComparison.Ordinal)).Port)
            .FirstOrDefault(options.Port);
        var host =
            options.IsLoopbackByDefault || options.ListenAddress is not { } address ? "localhost"
            : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]"
            : address.ToString();
        return $"{(options.Certificate is null ? "http" : "https")}://{host}:{port}";
    }
}
