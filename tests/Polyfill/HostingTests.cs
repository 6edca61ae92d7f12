using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace AutoDeploy.Polyfill.Tests;

public class HostingTests
{
    [Fact]
    public Task A_silo_fits_into_an_application_host() =>
        Answers(Host.CreateEmptyApplicationBuilder(null)
            .UseOrleans(silo => silo.UseLocalhostClustering(siloPort: 1, gatewayPort: 2, serviceId: "a", clusterId: "b"))
            .Build());

    [Fact]
    public Task A_silo_fits_into_a_web_host()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        Assert.Same(builder, ((IHostApplicationBuilder)builder).UseOrleans());
        return Answers(builder.Build());
    }

    [Fact]
    public Task A_silo_fits_into_an_old_host() =>
        Answers(new HostBuilder().UseOrleans(silo => silo.UseLocalhostClustering()).Build());

    [Fact]
    public Task A_silo_in_an_old_host_can_see_its_context() =>
        Answers(new HostBuilder().UseOrleans((context, silo) => Assert.Same(context.Configuration, silo.Configuration)).Build());

    [Fact]
    public async Task Using_Orleans_twice_makes_one_silo_with_both_configurations()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo => silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromHours(1)));
        builder.UseOrleans(silo => silo.ConfigureServices(services =>
            services.Configure<GrainCollectionOptions>(options => options.CollectionQuantum = TimeSpan.FromMinutes(2))));
        using var host = builder.Build();
        Assert.Single(host.Services.GetServices<IHostedService>());
        Assert.Single(host.Services.GetServices<IGrainFactory>());
        Assert.Same(host.Services.GetRequiredService<IClusterClient>(), host.Services.GetRequiredService<IGrainFactory>());
        var options = host.Services.GetRequiredService<IOptions<GrainCollectionOptions>>().Value;
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromMinutes(2)), (options.CollectionAge, options.CollectionQuantum));
        await Answers(host);
    }

    [Fact]
    public void Options_can_come_from_the_configuration()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Orleans:ResponseTimeout", "00:00:07")]);
        builder.UseOrleans(silo => silo.Configure<SiloMessagingOptions>(silo.Configuration.GetSection("Orleans")));
        using var host = builder.Build();
        Assert.Equal(TimeSpan.FromSeconds(7), host.Services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value.ResponseTimeout);
    }

    private static async Task Answers(IHost host)
    {
        using (host)
        {
            await host.StartAsync().WithDeadline();
            var client = host.Services.GetRequiredService<IClusterClient>();
            Assert.Same(client, client.ServiceProvider.GetRequiredService<IClusterClient>());
            var grain = (IPersonGrain)client.GetGrain(typeof(IPersonGrain), "it");
            Assert.Equal(client.GetGrain<IPersonGrain>("it"), grain);
            Assert.Equal("it", await grain.Key().WithDeadline());
            await host.StopAsync().WithDeadline();
            await Assert.ThrowsAsync<SiloUnavailableException>(grain.Key);
        }
    }
}
