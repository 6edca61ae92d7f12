using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AutoDeploy.Hosting.Cluster;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace AutoDeploy.Cluster.Tests;

/// <summary>The ports of a silo, tried by whoever has the cluster's secret, another one or none.</summary>
public sealed class ClusterTlsTests : IAsyncLifetime
{
    private const string ClusterId = "tests";

    /// <summary>A connection that is not ended fails the test, and does not stop it.</summary>
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromMinutes(1);

    private readonly IPEndPoint _siloPort = new(IPAddress.Loopback, UnixTools.FreePort());
    private readonly IPEndPoint _gatewayPort = new(IPAddress.Loopback, UnixTools.FreePort());
    private readonly Refusals _refusals = new();
    private IHost _silo = null!;

    public enum Secret
    {
        TheClusters,
        Another,
        NoTls,
    }

    public async Task InitializeAsync()
    {
        _silo = Silo(_siloPort.Port, _gatewayPort.Port, Secret.TheClusters);
        await _silo.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _silo.StopAsync();
        _silo.Dispose();
    }

    [Theory]
    [InlineData(Secret.TheClusters)]
    [InlineData(Secret.Another)]
    [InlineData(Secret.NoTls)]
    public async Task A_silo_joins_only_with_the_clusters_secret(Secret secret)
    {
        using var other = Silo(UnixTools.FreePort(), gatewayPort: 0, secret);
        using var giveUp = new CancellationTokenSource();
        var joining = other.StartAsync(giveUp.Token);
        if (secret == Secret.TheClusters)
        {
            await joining;
            Assert.Equal(2, (await Hosts()).Count);
            await other.StopAsync();
            return;
        }

        await Eventually.Until(() => !_refusals.IsEmpty, "it is refused");
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => joining);
        Assert.Single(await Hosts());
    }

    [Theory]
    [InlineData(Secret.TheClusters)]
    [InlineData(Secret.Another)]
    [InlineData(Secret.NoTls)]
    public async Task A_client_calls_grains_only_with_the_clusters_secret(Secret secret)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client
                .UseStaticClustering(_gatewayPort)
                .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (ClusterId, ClusterId));
            if (secret != Secret.NoTls)
                client.UseClusterTls(new(() => Certificates(secret)));
        });
        using var api = builder.Build();
        if (secret == Secret.TheClusters)
        {
            await api.StartAsync();
            Assert.Single(await api.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts());
            await api.StopAsync();
            return;
        }

        using var giveUp = new CancellationTokenSource();
        var connecting = api.StartAsync(giveUp.Token);
        await Eventually.Until(() => !_refusals.IsEmpty, "it is refused");
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => connecting);
    }

    /// <summary>As one who believes whatever the silo shows.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_connection_without_a_certificate_of_the_cluster_gets_not_a_byte(bool gateway, bool anothers)
    {
        Assert.Equal(0, await Answer(gateway, anothers ? Certificates(Secret.Another).Own : null));
        await Eventually.Until(() => !_refusals.IsEmpty, "the silo tells of it");
    }

    [Fact]
    public async Task A_connection_with_a_certificate_of_the_cluster_is_answered() =>
        Assert.NotEqual(0, await Answer(gateway: false, Certificates(Secret.TheClusters).Own));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_not_encrypted_gets_not_a_byte(bool gateway)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(gateway ? _gatewayPort : _siloPort);
        await client.GetStream().WriteAsync(new byte[1024]);
        Assert.Equal(0, await Read(client.GetStream(), alertOnly: true));
    }

    private async Task<int> Answer(bool gateway, X509Certificate2? certificate)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(gateway ? _gatewayPort : _siloPort);
        await using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = ClusterCertificates.HostName,
            ApplicationProtocols = [new SslApplicationProtocol("Orleans1")],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options);
        }
        catch (IOException)
        {
            return 0;
        }

        return await Read(tls);
    }

    /// <summary>What comes before the connection ends: a silo tells who it is to every silo that it accepts.</summary>
    private static async Task<int> Read(Stream stream, bool alertOnly = false)
    {
        var buffer = new byte[1024];
        try
        {
            var count = await stream.ReadAsync(buffer).AsTask().WaitAsync(OperationTimeout);
            // TLS's own word for no: type 21, no more than 7 bytes
            return alertOnly && count is > 0 and <= 7 && buffer[0] == 21 ? await Read(stream) : count;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private async Task<Dictionary<SiloAddress, SiloStatus>> Hosts() =>
        await _silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);

    private IHost Silo(int port, int gatewayPort, Secret secret)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        if (port == _siloPort.Port)
            builder.Logging.AddProvider(_refusals);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, gatewayPort, _siloPort, ClusterId, ClusterId);
            if (secret != Secret.NoTls)
                silo.UseClusterTls(new(() => Certificates(secret)));
        });
        return builder.Build();
    }

    private static ClusterCertificates Certificates(Secret secret) =>
        new([.. Enumerable.Repeat((byte)secret, 32)], ClusterId, TimeProvider.System);

    /// <summary>What the silo logs of connections that it did not take.</summary>
    private sealed class Refusals : ConcurrentQueue<string>, ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName.EndsWith("TlsServerConnectionMiddleware", StringComparison.Ordinal)
                ? this
                : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Enqueue($"{formatter(state, exception)} {exception?.Message}");

        public void Dispose() { }
    }
}
