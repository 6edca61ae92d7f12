using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace AutoDeploy.Cluster.Tests;

/// <summary>Something of a type, with something in every member.</summary>
internal static class SampleValues
{
    private static int _number;

    public static object Create(Type type)
    {
        var number = Interlocked.Increment(ref _number);
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Create(value);
        if (type == typeof(string))
            return $"text {number} ü";
        if (type == typeof(Guid))
            return Guid.NewGuid();
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)).AddTicks(number);
        if (type == typeof(TimeSpan))
            return TimeSpan.FromTicks(number);
        if (type == typeof(bool))
            return true;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        if (type.IsPrimitive)
            return Convert.ChangeType(number, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            return Call(nameof(Array), type);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableDictionary<,>))
            return Call(nameof(Dictionary), type);

        var made = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in Stored(type))
            property.SetValue(made, Create(property.PropertyType));
        return made;
    }

    /// <summary>All that is in it, to be compared.</summary>
    public static string Format(object? value) =>
        value switch
        {
            null => "null",
            string text => $"\"{text}\"",
            DateTimeOffset time => time.ToString("O"),
            IFormattable plain => $"{plain}",
            bool flag => $"{flag}",
            IEnumerable many => $"[{string.Join(", ", many.Cast<object>().Select(Format).Order(StringComparer.Ordinal))}]",
            _ when value.GetType() is { IsGenericType: true } pair && pair.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) =>
                $"{Format(pair.GetProperty("Key")!.GetValue(value))}={Format(pair.GetProperty("Value")!.GetValue(value))}",
            _ => $"{value.GetType().Name}{{{string.Join(", ", Stored(value.GetType()).Select(member => FormatMember(member, value)))}}}",
        };

    private static string FormatMember(PropertyInfo member, object value) => $"{member.Name}: {Format(member.GetValue(value))}";

    private static IEnumerable<PropertyInfo> Stored(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p.SetMethod is not null && p.GetIndexParameters().Length == 0);

    private static object Call(string method, Type type) =>
        typeof(SampleValues)
            .GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type.GenericTypeArguments)
            .Invoke(null, [])!;

    private static ImmutableArray<T> Array<T>() => [(T)Create(typeof(T)), (T)Create(typeof(T))];

    private static ImmutableDictionary<TKey, TValue> Dictionary<TKey, TValue>()
        where TKey : notnull => ImmutableDictionary<TKey, TValue>.Empty.Add((TKey)Create(typeof(TKey)), (TValue)Create(typeof(TValue)));
}
