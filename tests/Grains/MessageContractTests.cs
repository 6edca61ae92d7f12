using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests;

/// <summary>Everything that crosses a grain call or is stored has to be serializable by Orleans and immutable.</summary>
public class MessageContractTests
{
    private static readonly Assembly Grains = typeof(IServiceGrain).Assembly;

    private static readonly HashSet<Type> Simple =
    [
        typeof(string),
        typeof(Guid),
        typeof(DateTimeOffset),
        typeof(TimeSpan),
        typeof(bool),
        typeof(int),
        typeof(long),
        typeof(double),
        typeof(CancellationToken),
    ];

    private static readonly HashSet<Type> SimpleGenerics = [typeof(ImmutableArray<>), typeof(ImmutableDictionary<,>), typeof(Nullable<>)];

    public static TheoryData<Type> Messages() => [.. FindMessages()];

    public static TheoryData<Type> Interfaces() => [.. GrainInterfaces()];

    private static List<Type> FindMessages()
    {
        var found = new HashSet<Type>();
        foreach (var method in GrainInterfaces().SelectMany(i => i.GetMethods()))
        {
            Collect(Unwrap(method.ReturnType), found);
            foreach (var parameter in method.GetParameters())
                Collect(parameter.ParameterType, found);
        }

        foreach (
            var parameter in Grains
                .GetTypes()
                .Where(t => t.IsSubclassOf(typeof(Grain)))
                .SelectMany(t => t.GetConstructors())
                .SelectMany(c => c.GetParameters())
        )
            if (parameter.GetCustomAttribute<PersistentStateAttribute>() is not null)
                Collect(parameter.ParameterType.GenericTypeArguments[0], found);
        return [.. found.OrderBy(t => t.FullName, StringComparer.Ordinal)];
    }

    [Fact]
    public void The_messages_are_found()
    {
        var messages = FindMessages();
        Assert.Contains(typeof(ServiceState), messages);
        Assert.Contains(typeof(Sources.Push), messages);
        Assert.Contains(typeof(HealthCheck), messages);
        Assert.Equal(11, GrainInterfaces().Count());
    }

    [Fact]
    public void What_a_grain_can_throw_at_its_caller_is_marked_for_the_serializer()
    {
        var thrown = Grains.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Exception))).ToList();
        Assert.Contains(typeof(Ports.LedgerException), thrown);
        Assert.All(
            thrown,
            type =>
            {
                Assert.True(Has<GenerateSerializerAttribute>(type), $"{type} has no [GenerateSerializer]");
                Assert.True(Has<AliasAttribute>(type), $"{type} has no [Alias]");
                var own = type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
                    .Where(p => p.SetMethod is not null);
                Assert.All(own, p => Assert.True(p.GetCustomAttribute<IdAttribute>() is not null, $"{type}.{p.Name} has no [Id]"));
            }
        );
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_marked_for_the_serializer(Type type)
    {
        Assert.True(Has<GenerateSerializerAttribute>(type), $"{type} has no [GenerateSerializer]");
        Assert.True(Has<AliasAttribute>(type), $"{type} has no [Alias], so it could not be renamed");
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_stored_member_of_a_message_has_its_own_id(Type type)
    {
        if (type.IsEnum)
            return;
        var members = StoredProperties(type).ToList();
        var ids = members.Select(m => m.GetCustomAttribute<IdAttribute>()).ToList();
        Assert.True(
            ids.All(i => i is not null),
            $"{type}: without [Id]: "
                + $"{string.Join(", ", members.Where(m => m.GetCustomAttribute<IdAttribute>() is null).Select(m => m.Name))}"
        );
        Assert.Equal(ids.Count, ids.Select(i => i!.Id).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_immutable(Type type)
    {
        if (type.IsEnum)
            return;
        Assert.True(type.IsSealed || HasKindsOfItsAssemblyAlone(type), $"{type} is not sealed");
        Assert.True(type.GetMethod("<Clone>$") is not null, $"{type} is not a record");
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (property.SetMethod is { } set)
                Assert.True(
                    set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)),
                    $"{type}.{property.Name} can be set"
                );
        }

        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            Assert.True(field.IsInitOnly || field.IsDefined(typeof(CompilerGeneratedAttribute)), $"{type}.{field.Name} can be set");
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_holds_only_what_is_simple_or_a_message(Type type)
    {
        if (type.IsEnum)
            return;
        foreach (var property in StoredProperties(type))
            Assert.All(
                Parts(property.PropertyType),
                part => Assert.True(Simple.Contains(part) || part.Assembly == Grains, $"{type}.{property.Name} holds a {part}")
            );
    }

    [Theory]
    [MemberData(nameof(Interfaces))]
    public void A_grain_interface_and_its_methods_have_names_that_survive_renaming(Type type)
    {
        Assert.True(Has<AliasAttribute>(type), $"{type} has no [Alias]");
        Assert.All(
            type.GetMethods(),
            m => Assert.True(m.GetCustomAttribute<AliasAttribute>() is not null, $"{type}.{m.Name} has no [Alias]")
        );
    }

    private static IEnumerable<Type> GrainInterfaces() =>
        Grains.GetTypes().Where(t => t.IsInterface && t != typeof(IGrainWithStringKey) && typeof(IGrainWithStringKey).IsAssignableFrom(t));

    private static bool HasKindsOfItsAssemblyAlone(Type type) =>
        type.IsAbstract
        && type.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic)
            .Where(constructor => constructor.GetParameters().Length == 0)
            .All(constructor => constructor.IsFamilyAndAssembly);

    private static bool Has<T>(Type type)
        where T : Attribute => type.GetCustomAttribute<T>(inherit: false) is not null;

    private static Type Unwrap(Type task) => task.IsGenericType ? task.GenericTypeArguments[0] : typeof(void);

    private static void Collect(Type type, HashSet<Type> found)
    {
        foreach (var part in Parts(type))
        {
            if (part == typeof(void) || Simple.Contains(part))
                continue;
            if (!found.Add(part) || part.Assembly != Grains)
                continue;
            foreach (var property in StoredProperties(part))
                Collect(property.PropertyType, found);
            if (part.IsAbstract)
                foreach (var kind in Grains.GetTypes().Where(type => type.IsSubclassOf(part)))
                    Collect(kind, found);
        }
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.IsGenericType && SimpleGenerics.Contains(type.GetGenericTypeDefinition())
            ? type.GenericTypeArguments.SelectMany(Parts)
            : [type];

    private static IEnumerable<PropertyInfo> StoredProperties(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(p => p.SetMethod is not null);
}
