using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Storage;

namespace Orleans.Runtime.Hosting;

/// <summary>Registers a storage under its name.</summary>
public static class StorageProviderExtensions
{
    private const string Default = "Default";

    public static IServiceCollection AddGrainStorage<T>(
        this IServiceCollection collection,
        string name,
        Func<IServiceProvider, string, T> implementationFactory)
        where T : IGrainStorage
    {
        collection.AddKeyedSingleton<IGrainStorage>(name, (services, key) => implementationFactory(services, (string)key!));
        if (name == Default)
            collection.TryAddSingleton(services => services.GetRequiredKeyedService<IGrainStorage>(Default));
        return collection;
    }
}
