using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AutoDeploy.Ports;

namespace AutoDeploy.Containers.Docker;

/// <param name="Client">Our certificate with its key, or null without one.</param>
/// <param name="Authority">Who signed the daemon's certificate; null: the system's list decides.</param>
/// <param name="SkipVerify">Any certificate of the daemon is taken.</param>
public sealed record DockerTls(X509Certificate2? Client, X509Certificate2? Authority, bool SkipVerify)
{
    /// <summary>From a folder that has to have <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>.</summary>
    /// <exception cref="EngineException">One is missing or cannot be read.</exception>
    public static DockerTls LoadAll(string folder) =>
        Array.Find((string[])["ca.pem", "cert.pem", "key.pem"], file => !File.Exists(Path.Combine(folder, file))) is { } missing
            ? throw new EngineException(
                EngineFault.Refused,
                $"The file {Path.Combine(folder, missing)} is missing; expected ca.pem, cert.pem and key.pem there."
            )
            : Load(folder, skipVerify: false)!;

    /// <summary>From a folder with <c>ca.pem</c>, <c>cert.pem</c>, <c>key.pem</c>; null when it has none of them.</summary>
    public static DockerTls? Load(string folder, bool skipVerify)
    {
        string ca = Path.Combine(folder, "ca.pem"),
            cert = Path.Combine(folder, "cert.pem"),
            key = Path.Combine(folder, "key.pem");
        var hasClient = File.Exists(cert) && File.Exists(key);
        if (!hasClient && !File.Exists(ca))
            return null;
        try
        {
            return new DockerTls(
                hasClient ? X509Certificate2.CreateFromPemFile(cert, key) : null,
                File.Exists(ca) ? X509CertificateLoader.LoadCertificateFromFile(ca) : null,
                skipVerify
            );
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new EngineException(EngineFault.Refused, $"The certificates in {folder} cannot be read.", e);
        }
    }
}
