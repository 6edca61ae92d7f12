namespace Orleans.Concurrency;

/// <summary>The call may begin while others run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AlwaysInterleaveAttribute : Attribute;
