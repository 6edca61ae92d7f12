using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Finds the grain classes of the application: its loaded assemblies and what they refer to.</summary>
internal static class GrainClasses
{
    private static readonly Assembly Self = typeof(Grain).Assembly;
    private static readonly ConcurrentDictionary<Assembly, AssemblyName[]> References = new();
    private static readonly ConcurrentDictionary<Assembly, Type[]> Classes = new();

    public static IEnumerable<Type> Find() => Application().SelectMany(assembly => Classes.GetOrAdd(assembly, ClassesOf));

    private static HashSet<Assembly> Application()
    {
        var found = new HashSet<Assembly>();
        var loaded = AppDomain.CurrentDomain.GetAssemblies();
        var open = new Queue<Assembly>(loaded.Where(assembly => !assembly.IsDynamic && !IsForeign(assembly.GetName())));
        if (Assembly.GetEntryAssembly() is { } entry)
            open.Enqueue(entry);
        while (open.TryDequeue(out var assembly))
        {
            if (!found.Add(assembly))
                continue;
            foreach (var name in ReferencesOf(assembly))
            {
                if (!IsForeign(name) && TryLoad(name) is { } next)
                    open.Enqueue(next);
            }
        }

        return found;
    }

    private static Type[] ClassesOf(Assembly assembly)
    {
        if (!ReferencesOf(assembly).Any(name => name.Name == Self.GetName().Name))
            return [];
        return [.. assembly.GetTypes().Where(type =>
            type.IsSubclassOf(typeof(Grain)) && type is { IsAbstract: false, IsGenericTypeDefinition: false })];
    }

    private static AssemblyName[] ReferencesOf(Assembly assembly) =>
        References.GetOrAdd(assembly, static assembly => assembly.GetReferencedAssemblies());

    // Neither the framework nor its extensions contain grains; to look through them would only cost time.
    private static bool IsForeign(AssemblyName name) =>
        name.Name is null or "mscorlib" or "netstandard" or "System"
        || name.Name.StartsWith("System.", StringComparison.Ordinal)
        || name.Name.StartsWith("Microsoft.", StringComparison.Ordinal)
        || name.Name.StartsWith("OpenTelemetry", StringComparison.Ordinal);

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException)
        {
            // A reference that is not deployed cannot be in use either.
            return null;
        }
    }
}
