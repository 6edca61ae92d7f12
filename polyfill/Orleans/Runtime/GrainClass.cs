using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>A grain class in a silo, and all its activations.</summary>
internal sealed class GrainClass(Silo silo, Type type)
{
    public Silo Silo { get; } = silo;

    public Type Type { get; } = type;

    public GrainType GrainType { get; } = GrainType.Create(NameOf(type));

    public bool IsReentrant { get; } = type.IsDefined(typeof(ReentrantAttribute), inherit: true);

    public ConcurrentDictionary<string, Activation> Activations { get; } = new();

    public GrainConstructor Constructor => field ??= GrainConstructor.Of(Type);

    // The name is part of every stored grain's id, so it is made exactly as Orleans makes it.
    private static string NameOf(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.Length > 5 && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^5] : name;
    }
}
