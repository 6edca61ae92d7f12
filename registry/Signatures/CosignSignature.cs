namespace AutoDeploy.Registry.Signatures;

/// <summary>A signature as cosign keeps it: nothing of it is checked.</summary>
/// <param name="Payload">What was signed.</param>
/// <param name="Base64">The signature of it.</param>
public sealed record CosignSignature(byte[] Payload, string Base64);
