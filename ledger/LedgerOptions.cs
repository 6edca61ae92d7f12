namespace AutoDeploy.Ledger;

/// <summary>Where the embedded ledger keeps its file, and what its secrets are encrypted with.</summary>
public sealed class LedgerOptions
{
    public const string FileName = "autodeploy.db";

    /// <summary>
    /// Holds <c>autodeploy.db</c> and, without <see cref="SecretKey"/>, <c>secret.key</c>. Made with mode 0700 if it is missing.
    /// </summary>
    public required string DataDirectory { get; set; }

    /// <summary>32 random bytes in base64. Null or empty: those in the file <c>secret.key</c>, made at the first start.</summary>
    public string? SecretKey { get; set; }
}
