using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>Makes a grain: its services come from the container, its states from the storages.</summary>
internal sealed class GrainConstructor
{
    private static readonly ConcurrentDictionary<Type, GrainConstructor> All = new();

    private readonly ObjectFactory _new;
    private readonly Func<Activation, IStateOfActivation>[] _states;

    private GrainConstructor(Type type)
    {
        var parameters = type.GetConstructors().FirstOrDefault()?.GetParameters() ?? [];
        var states = parameters.Where(parameter => parameter.IsDefined(typeof(PersistentStateAttribute))).ToArray();
        _states = [.. states.Select(StateFor)];
        _new = ActivatorUtilities.CreateFactory(type, [.. states.Select(parameter => parameter.ParameterType)]);
    }

    public static GrainConstructor Of(Type type) => All.GetOrAdd(type, static type => new(type));

    public Grain New(Activation activation, out IStateOfActivation[] states)
    {
        states = Array.ConvertAll(_states, state => state(activation));
        return (Grain)_new(activation.ActivationServices, states);
    }

    private static Func<Activation, IStateOfActivation> StateFor(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            throw new OrleansException($"{type} {parameter.Name} of {parameter.Member.DeclaringType} is no IPersistentState<T>.");
        var create = typeof(GrainConstructor).GetMethod(nameof(NewState), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type.GenericTypeArguments)
            .CreateDelegate<Func<Activation, PersistentStateAttribute, IStateOfActivation>>();
        var name = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        return activation => create(activation, name);
    }

    private static IStateOfActivation NewState<T>(Activation activation, PersistentStateAttribute name)
    {
        var storage = string.IsNullOrWhiteSpace(name.StorageName)
            ? activation.ActivationServices.GetService<IGrainStorage>()
            : activation.ActivationServices.GetKeyedService<IGrainStorage>(name.StorageName);
        return storage is null
            ? throw new BadProviderConfigException($"There is no storage \"{name.StorageName ?? "Default"}\" for {activation.GrainId}.")
            : new PersistentState<T>(name.StateName, activation.GrainId, storage);
    }
}
