using System.Net;
using System.Net.Sockets;
using AutoDeploy.Api.Access;
using AutoDeploy.Api.DockerCloud;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Api.Http;
using AutoDeploy.Api.Qovery;
using AutoDeploy.Hosting;
using AutoDeploy.Hosting.Cluster;
using AutoDeploy.Hosting.Configuration;
using AutoDeploy.Hosting.Telemetry;
using AutoDeploy.Integrations;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AutoDeploy.Api;

/// <summary>The API: with the silo in the same process, or as a client of the silos of a cluster.</summary>
public static class ApiApplication
{
    /// <exception cref="OptionsException">The options make no sense, with a sentence.</exception>
    public static WebApplication Build(string[] args, TextWriter? output = null) =>
        Build(ApiOptions.Read(args, Environment.GetEnvironmentVariable), output);

    /// <param name="options">As read.</param>
    /// <param name="output">Where the admin token is told; the console unless given.</param>
    /// <param name="time">The system's unless given.</param>
    /// <param name="replace">Puts other things in the place of ours.</param>
    public static WebApplication Build(
        ApiOptions options,
        TextWriter? output = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? replace = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = [.. options.Settings], ContentRootPath = AppContext.BaseDirectory }
        );
        builder.AddProgramLogging();
        builder.AddTelemetry();
        builder.AddServer(options);
        if (ClusterSettings.Read(builder.Configuration) is { } cluster)
            builder.AddClusterClient(
                options.Postgres is null
                    ? cluster
                    : throw new OptionsException(
                        "The option --postgres is for everything in one process; leave it out where "
                            + "AutoDeploy:Cluster:ConnectionString is set."
                    ),
                options.Url
            );
        else
            builder.AddAutoDeploySilo(options.Data, options.Url, options.Postgres);
        if (time is not null)
            builder.Services.AddSingleton(time);
        builder.Services.AddTokenAccess(output ?? Console.Out, options.Token);
        builder.Services.AddJson();
        builder.Services.AddDocumentation();
        builder.Services.AddSingleton(new PublicUrl(options.Url));
        builder.Services.AddSingleton<ServiceLookup>();
        builder.Services.AddSingleton<NodeIdentity>();
        builder.Services.AddSingleton<PushNotifier>();
        builder.Services.AddSingleton<TriggerRateLimit>();
        builder.Services.AddSingleton<OrganizationIdentity>();
        builder.Services.AddSingleton<RejectedDeliveries>();
        builder.Services.AddSingleton<HostAliasGroups>();
        builder.Services.AddSingleton<SourceNameResolver>();
        builder.Services.AddSingleton<DeliveryHandler>();
        builder.Services.AddSingleton<ISenderHttpClient, SenderHttpClient>();
        builder.Services.AddSingleton<SenderKeys>();
        builder.Services.AddSingleton<SnsSubscriptions>();
        builder.Services.AddSingleton(_ => new HookRateLimit(options.HookRate));
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseRequestTelemetry();
        app.UseSecurityHeaders();
        app.UseFailures();
        if (options.Proxies.Count > 0)
            app.UseForwardedHeaders();
        app.UsePathRules();
        app.UseRouting();
        app.UseHostGuard(options.Url);
        app.UseCrossSiteGuard();
        app.UseTokenAccess();
        app.UseRequestTimeouts();

        app.MapServices();
        app.MapVerdicts();
        app.MapTriggers();
        app.MapActions();
        app.MapEvents();
        app.MapContainers();
        app.MapVolumes();
        app.MapStacks();
        app.MapNodes();
        app.MapRegistries();
        app.MapGitHosts();
        app.MapHostAliases();
        app.MapOrganizationSettings();
        app.MapHookResources();
        app.MapDeliveries();
        app.MapNotifications();
        app.MapDeploymentRestrictions();
        app.MapServiceOperations();
        app.MapOrganizations();
        app.MapLogin();
        app.MapHooks();
        app.MapProbes();
        var metrics = app.MapMetrics();
        if (MetricsEndpoint.IsPublic(app.Configuration[MetricsEndpoint.Variable]))
            metrics.AllowAnonymous();
        app.MapDocumentation();
        app.MapClusterDashboard();
        return app;
    }

    private static void AddServer(this WebApplicationBuilder builder, ApiOptions options)
    {
        // what is wrong with it is found out before anything is opened; when it is loaded again, there is a logger
        var certificate = options.Certificate is { } path ? new ServerCertificate(path, options.CertificateKey) : null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBody.DefaultLimit;
            // Gitea can send a delivery in the query
            kestrel.Limits.MaxRequestLineSize = 128 << 10;
            Action<ListenOptions> encrypt = _ => { };
            if (certificate is not null)
            {
                var logger = kestrel.ApplicationServices.GetRequiredService<ILogger<ServerCertificate>>();
                encrypt = listen =>
                    listen.UseHttps(
                        new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.ForConnection(logger)) }
                    );
            }

            if (options.ListenAddress is { } address)
                kestrel.Listen(address, options.Port, encrypt);
            else
                kestrel.ListenAnyIP(options.Port, encrypt);
            // some clients resolve "localhost" to this address
            if (options is { IsLoopbackByDefault: true, Port: > 0 } && Socket.OSSupportsIPv6)
                kestrel.Listen(IPAddress.IPv6Loopback, options.Port, encrypt);
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new() { Timeout = TimeSpan.FromSeconds(30) });
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.All;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in options.Proxies)
                forwarded.KnownIPNetworks.Add(proxy);
        });
    }

    private static void AddJson(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = ApiJson.Default.Options.PropertyNamingPolicy;
            json.SerializerOptions.DictionaryKeyPolicy = null;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        });
}
