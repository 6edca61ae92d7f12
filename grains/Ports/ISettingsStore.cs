namespace AutoDeploy.Ports;

/// <summary>Settings of the installation, encrypted before they touch the disk: some are secrets.</summary>
public interface ISettingsStore
{
    Task<string?> GetSetting(string name, CancellationToken cancellationToken);

    /// <summary>Sets it only if it has no value yet; answers the value that holds.</summary>
    Task<string> InitSetting(string name, string value, CancellationToken cancellationToken);
}
