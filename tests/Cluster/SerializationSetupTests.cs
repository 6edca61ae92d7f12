using System.Net;
using System.Reflection;
using AutoDeploy.Hosting.Cluster;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace AutoDeploy.Cluster.Tests;

/// <summary>What goes from one process to another arrives as it was.</summary>
public sealed class SerializationSetupTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSerializer(wire => wire.AddAssembly(typeof(IServiceGrain).Assembly))
        .AddSerialization()
        .BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    public static TheoryData<Type> Messages() =>
        [
            .. typeof(IServiceGrain)
                .Assembly.GetTypes()
                .Where(type =>
                    type.GetCustomAttribute<GenerateSerializerAttribute>() is not null
                    && !type.IsAbstract
                    && !type.IsSubclassOf(typeof(Exception))
                )
                .OrderBy(type => type.FullName, StringComparer.Ordinal),
        ];

    public void Dispose() => _services.Dispose();

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_arrives_with_all_its_members(Type type)
    {
        var sent = SampleValues.Create(type);
        var arrived = Serializer.Deserialize<object>(Serializer.SerializeToArray(sent));
        Assert.IsType(type, arrived);
        Assert.Equal(SampleValues.Format(sent), SampleValues.Format(arrived));
    }

    [Fact]
    public void What_is_empty_and_null_stays_so()
    {
        var sent = new DeploymentOutcome
        {
            Deployment = (Deployments.Deployment)SampleValues.Create(typeof(Deployments.Deployment)),
            Containers = [],
        };
        var arrived = Serializer.Deserialize<DeploymentOutcome>(Serializer.SerializeToArray(sent))!;
        Assert.False(arrived.Containers.IsDefault);
        Assert.Empty(arrived.Containers);
        Assert.Null(arrived.Version);
    }

    [Fact]
    public void Exceptions_arrive_as_what_they_are()
    {
        var inner = new InvalidOperationException("inside");
        Assert.Equal(EngineFault.NotFound, Through(new EngineException(EngineFault.NotFound, "engine", inner)).Fault);
        Assert.Equal(GitFault.CommitMissing, Through(new GitException(GitFault.CommitMissing, "git")).Fault);
        Assert.Equal(RegistryFault.TooManyRequests, Through(new RegistryException(RegistryFault.TooManyRequests, "registry")).Fault);
        Assert.True(Through(new LedgerException("ledger", inner) { IsUnavailable = true }).IsUnavailable);
        Assert.False(Through(new LedgerException("ledger")).IsUnavailable);
        Through(new LedgerException("ledger", new Npgsql.NpgsqlException("connection", new IOException("cable"))) { IsUnavailable = true });
        Through(
            new EngineException(EngineFault.Refused, "engine", new global::Docker.DotNet.DockerApiException(HttpStatusCode.Conflict, "{}"))
        );
        Through(new TimeoutException("late"));
        Through(new OperationCanceledException("canceled"));
        Through(new Orleans.Runtime.OrleansException("refused"));
    }

    private T Through<T>(T sent)
        where T : Exception
    {
        var arrived = Assert.IsType<T>(Serializer.Deserialize<object>(Serializer.SerializeToArray<object>(sent)));
        Assert.Equal((sent.Message, sent.InnerException?.Message), (arrived.Message, arrived.InnerException?.Message));
        return arrived;
    }
}
