namespace Orleans.Concurrency;

/// <summary>The caller does not wait: no result, and an exception is only logged.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OneWayAttribute : Attribute;
