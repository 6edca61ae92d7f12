using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>What goes between processes.</summary>
internal static class SerializationSetup
{
    /// <summary>
    /// Exceptions of all libraries may cross: what one of ours was caused by must not be the reason why it does not arrive. Where a library
    /// is
    /// missing, its exception arrives as one of Orleans' own with the same message.
    /// </summary>
    public static IServiceCollection AddSerialization(this IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedExceptionTypeFilter = _ => true);
}
