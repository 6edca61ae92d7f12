using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>Configures the serialization of messages between processes.</summary>
internal static class SerializationSetup
{
    /// <summary>
    /// Allows exceptions of all libraries, so that an inner exception does not prevent the delivery of ours. If the receiver lacks the
    /// library, Orleans substitutes an exception with the same message.
    /// </summary>
    public static IServiceCollection AddSerialization(this IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedExceptionTypeFilter = _ => true);
}
