using System.Globalization;
using AutoDeploy.Containers;
using AutoDeploy.Deployments;
using AutoDeploy.Deployments.Images;
using AutoDeploy.Git;
using AutoDeploy.Hosting.Cluster;
using AutoDeploy.Hosting.Configuration;
using AutoDeploy.Hosting.Health;
using AutoDeploy.Hosting.Jobs;
using AutoDeploy.Integrations;
using AutoDeploy.Integrations.Notifications;
using AutoDeploy.Integrations.Statuses;
using AutoDeploy.Jobs;
using AutoDeploy.Ledger;
using AutoDeploy.Notifications;
using AutoDeploy.Ports;
using AutoDeploy.Registry;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoDeploy.Hosting;

/// <summary>The composition root: puts the grains, the ledger and the engines together in one process.</summary>
public static class SiloHosting
{
    /// <summary>The embedded shape: everything in this process.</summary>
    /// <param name="dataDirectory">The data folder.</param>
    /// <param name="publicUrl">How people reach the API, without a slash at the end; null: not known.</param>
    /// <param name="postgres">The connection string of the ledger's database; null: a SQLite file in the data folder.</param>
    /// <exception cref="OptionsException">The configuration is invalid.</exception>
    public static IHostApplicationBuilder AddAutoDeploySilo(
        this IHostApplicationBuilder builder,
        string dataDirectory,
        string? publicUrl = null,
        string? postgres = null
    )
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddLedger(dataDirectory, postgres);
        builder.AddSiloServices(dataDirectory, publicUrl);

        // the address is only an identifier; nothing listens on it
        builder.UseOrleans(silo => silo.UseLocalhostClustering(gatewayPort: 0, serviceId: LedgerExtensions.ServiceId).UseNoTransport());
        builder.Services.AddSiloJobs(alone: true);
        return builder;
    }

    /// <summary>Adds what grains need besides the ledger, in both shapes.</summary>
    /// <param name="dataDirectory">The folder for data that can be recreated: mirrors of git repositories.</param>
    internal static IHostApplicationBuilder AddSiloServices(this IHostApplicationBuilder builder, string dataDirectory, string? publicUrl)
    {
        var engines = EngineSettings.Read(builder.Configuration);
        const string LogDefault = "AUTODEPLOY_LOG_DEFAULT";
        var logging = builder.Configuration[LogDefault] ?? "";
        LogSettings? defaultLogging = null;
        if (logging.Length > 0 && !DockerOptions.TryParseLogging(logging, out defaultLogging))
            throw new ArgumentException(
                $"{LogDefault} is \"{logging}\"; expected a log driver and its options such as "
                    + "\"json-file max-size=10m max-file=3\", or \"engine\"."
            );
        builder.Services.AddDockerEngine(options =>
        {
            foreach (var engine in engines)
                options.Engines.Add(engine);
            if (logging.Length > 0)
                options.DefaultLogging = defaultLogging;
        });

        builder.Services.AddRegistryClient(options =>
            options.InsecureRegistries.UnionWith(
                (builder.Configuration["AUTODEPLOY_INSECURE_REGISTRIES"] ?? "").Split(
                    ',',
                    StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
                )
            )
        );
        builder.Services.AddGit(git => git.Directory = Path.Combine(dataDirectory, "git"));
        builder.Services.AddSingleton<BuildCoordinators>();
        builder.Services.AddSingleton(
            new DeploymentOptions
            {
                RegistryTimeout = Seconds(builder.Configuration, "AUTODEPLOY_REGISTRY_PATIENCE_SECONDS", 30),
                MaxConcurrentDeployments = Count(builder.Configuration, "AUTODEPLOY_DEPLOYMENTS_AT_ONCE", 4),
                MaxConcurrentBuilds = Count(builder.Configuration, "AUTODEPLOY_BUILDS_AT_ONCE", 2),
                VolumeGrace = TimeSpan.FromDays(Days(builder.Configuration, "AUTODEPLOY_VOLUME_GRACE_DAYS", 7)),
            }
        );
        builder.Services.AddSingleton(
            new SourceOptions { DebounceDelay = Seconds(builder.Configuration, "AUTODEPLOY_DEBOUNCE_SECONDS", 2) }
        );
        builder.AddNotifications(publicUrl);
        builder.Services.AddSingleton<EngineDirectory>();
        builder.Services.AddReadiness();
        builder.Services.AddSerialization();

        // hosted services start in this order: nothing asks the ledger before it is open, and its tables are those that silos meet in
        builder.Services.AddHostedService<LedgerOpenService>();
        builder.UseOrleans(silo => silo.AddEnginePlacement(EngineSettings.Names(builder.Configuration)));
        return builder;
    }

    /// <summary>Adds what an API without a silo needs.</summary>
    internal static IHostApplicationBuilder AddClientServices(this IHostApplicationBuilder builder, string? publicUrl)
    {
        builder.AddNotificationOptions(publicUrl);
        builder.Services.AddSingleton<EngineDirectory>();
        builder.Services.AddReadiness();
        builder.Services.AddSerialization();
        return builder;
    }

    /// <summary>Adds the background jobs of a silo.</summary>
    /// <param name="alone">This is the only silo.</param>
    internal static IServiceCollection AddSiloJobs(this IServiceCollection services, bool alone) =>
        services
            .AddSingleton<RecoverySweep>()
            .AddHostedService(provider => provider.GetRequiredService<RecoverySweep>())
            .AddHostedService(provider => ActivatorUtilities.CreateInstance<EngineListenerActivator>(provider, alone))
            .AddSingleton<ISingletonJob, ImagePollJob>()
            .AddSingleton<ISingletonJob, ConsumerGrainActivator>()
            .AddSingleton<ISingletonJob, RetentionJob>()
            .AddSingleton<ISingletonJob, VolumeRemovalJob>()
            .AddHostedService<SingletonJobs>();

    /// <summary>Adds notifications and commit statuses. The API needs them too.</summary>
    internal static MailSettings AddNotificationOptions(this IHostApplicationBuilder builder, string? publicUrl)
    {
        var mail = MailSettings.Read(builder.Configuration[MailSettings.UrlVariable], builder.Configuration[MailSettings.FromVariable]);
        builder.Services.AddSingleton(new NotificationOptions { PublicUrl = publicUrl, HasMail = mail.HasServer });
        return mail;
    }

    private static void AddLedger(this IHostApplicationBuilder builder, string dataDirectory, string? postgres)
    {
        var key = SecretKeySetting.Read(builder.Configuration);
        if (postgres is null)
            builder.Services.AddSqliteLedger(new LedgerOptions { DataDirectory = dataDirectory, SecretKey = key });
        else
            builder
                .Services.AddPostgresLedger(
                    new PostgresLedgerOptions
                    {
                        ConnectionString = postgres,
                        SecretKey = key,
                        DataDirectory = dataDirectory,
                        Exclusive = true,
                    }
                )
                .AddPostgresGrainStorage();
    }

    private static void AddNotifications(this IHostApplicationBuilder builder, string? publicUrl)
    {
        builder.Services.AddSingleton(builder.AddNotificationOptions(publicUrl));
        builder.Services.AddSingleton<WebhookClient>();
        builder.Services.AddSingleton<INotifier, NotificationSender>();
        builder.Services.AddSingleton<IStatusSender, CommitStatusSender>();
    }

    private static TimeSpan Seconds(IConfiguration configuration, string name, double otherwise)
    {
        if (configuration[name] is not { Length: > 0 } text)
            return TimeSpan.FromSeconds(otherwise);
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentException($"{name} is \"{text}\"; expected seconds from 0 to 3600.");
    }

    private static int Days(IConfiguration configuration, string name, int otherwise) =>
        configuration[name] is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= 3650 ? days
        : throw new ArgumentException($"{name} is \"{text}\"; expected whole days from 0 to 3650.");

    private static int Count(IConfiguration configuration, string name, int otherwise) =>
        configuration[name] is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 1000 ? count
        : throw new ArgumentException($"{name} is \"{text}\"; expected a whole number from 1 to 1000.");
}
