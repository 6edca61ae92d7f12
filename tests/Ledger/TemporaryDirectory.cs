namespace AutoDeploy.Ledger.Tests;

public sealed class TemporaryDirectory : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("autodeploy-ledger-").FullName;

    /// <summary>Missing until a ledger makes it.</summary>
    public string Data => Path.Combine(Root, "data");

    public string File => Path.Combine(Data, LedgerOptions.FileName);

    public string KeyFile => Path.Combine(Data, "secret.key");

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
