namespace AutoDeploy.Registry;

/// <summary>What a registry sent.</summary>
/// <param name="Next">Where a list goes on; null: it ends here.</param>
internal sealed record RegistryContent(byte[] Bytes, NextPage? Next);
