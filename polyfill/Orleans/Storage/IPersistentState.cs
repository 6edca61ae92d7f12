using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>A named part of a grain's state; it is read before the grain is activated.</summary>
public interface IPersistentState<TState> : IStorage<TState>;
