namespace AutoDeploy.Ports;

/// <summary>Which engines there are: silos come and go, and who asks need not be one.</summary>
public interface IEngineLedger
{
    /// <summary>For so long an engine that no silo has reached is still one that there is.</summary>
    static readonly TimeSpan EngineRetention = TimeSpan.FromDays(1);

    /// <summary>Remembers that engines are reached now.</summary>
    /// <param name="names">At least one.</param>
    /// <param name="alone">There is no other silo: these are all, and need not be remembered again.</param>
    /// <param name="cancellationToken">Until it is begun.</param>
    Task RecordEngines(IReadOnlyCollection<string> names, bool alone, CancellationToken cancellationToken);

    /// <summary>The names of engines that were reached so lately, in their order.</summary>
    Task<IReadOnlyList<string>> ListEngines(TimeSpan lately, CancellationToken cancellationToken);
}
