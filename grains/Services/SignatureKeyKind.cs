namespace AutoDeploy.Services;

public enum SignatureKeyKind
{
    EcdsaP256,
    EcdsaP384,
    Rsa,
    Ed25519,
}
