using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Hosting;

internal static class NoTransportHosting
{
    /// <summary>Replaces what Orleans opens sockets with.</summary>
    /// <remarks>
    /// Orleans looks for both factories under keys that are not public; the registrations are replaced under whichever key they have.
    /// </remarks>
    /// <exception cref="InvalidOperationException">There was nothing to replace: the silo would listen on a socket.</exception>
    public static ISiloBuilder UseNoTransport(this ISiloBuilder silo)
    {
        var transport = new NoTransport();
        Replace<IConnectionListenerFactory>(silo.Services, transport);
        Replace<IConnectionFactory>(silo.Services, transport);
        return silo;
    }

    private static void Replace<T>(IServiceCollection services, T transport)
        where T : class
    {
        var replaced = 0;
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i].ServiceType != typeof(T) || !services[i].IsKeyedService)
                continue;
            services[i] = ServiceDescriptor.KeyedSingleton(services[i].ServiceKey, transport);
            replaced++;
        }

        if (replaced == 0)
            throw new InvalidOperationException($"Orleans registers no {typeof(T).Name} with a key; its sockets cannot be replaced.");
    }
}
