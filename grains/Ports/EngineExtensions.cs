namespace AutoDeploy.Ports;

public static class EngineExtensions
{
    /// <summary>Before somebody is blamed for what ended on the engine.</summary>
    /// <exception cref="EngineException">The engine goes down, and may have ended it.</exception>
    public static async Task ThrowIfShuttingDown(this IEngine engine, CancellationToken cancellationToken)
    {
        if (!await engine.AcceptsConnections(cancellationToken))
            throw new EngineException(EngineFault.Unreachable, "The engine goes down.");
    }
}
