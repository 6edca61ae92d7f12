namespace Orleans.Concurrency;

/// <summary>Calls that are read-only may run at the same time as each other.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute;
