namespace Orleans.Concurrency;

/// <summary>All calls of the grain may interleave.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReentrantAttribute : Attribute;
