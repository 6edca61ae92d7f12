using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>What GetGrain gives: it implements the grain's interface by sending its calls.</summary>
internal class GrainReference : DispatchProxy, IAddressable
{
    // DispatchProxy.Create takes a lock and several look-ups; a clone takes none.
    private static readonly ConcurrentDictionary<Type, GrainReference> Prototypes = new();

    private Type _interface = null!;

    public GrainClass Class { get; private set; } = null!;

    public string Key { get; private set; } = null!;

    public GrainId GrainId => GrainId.Create(Class.GrainType, Key);

    public static GrainReference Create(Type interfaceType, GrainClass grainClass, string key)
    {
        if (!interfaceType.IsAssignableFrom(grainClass.Type))
            throw new ArgumentException($"{grainClass.Type} does not implement {interfaceType}.", nameof(interfaceType));
        var prototype = Prototypes.GetOrAdd(interfaceType, static type => (GrainReference)Create(type, typeof(GrainReference)));
        var reference = (GrainReference)prototype.MemberwiseClone();
        reference._interface = interfaceType;
        reference.Class = grainClass;
        reference.Key = key;
        return reference;
    }

    public override bool Equals(object? obj) =>
        obj is GrainReference other && Class == other.Class && Key == other.Key && _interface == other._interface;

    public override int GetHashCode() => HashCode.Combine(Class.GrainType, Key);

    public override string ToString() => GrainId.ToString();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => GrainMethod.Of(targetMethod!).Send(this, args);
}
