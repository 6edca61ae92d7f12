using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AutoDeploy.Integrations;

namespace AutoDeploy.Api.Http;

/// <summary>
/// The certificate that we are reached with, and its key, from PEM files. When one of the files changes, the next connection gets what is
/// in them then; while that cannot be read (one of two files has been written), connections get the one before.
/// </summary>
public sealed partial class ServerCertificate
{
    private readonly string _certificate;
    private readonly string _key;
    private readonly Lock _reloading = new();
    private volatile Loaded _loaded;
    private string? _failure;

    /// <param name="certificate">The file with the certificate and those that signed it.</param>
    /// <param name="key">The file with its key; null: the same.</param>
    /// <exception cref="OptionsException">They cannot be read, with a sentence.</exception>
    public ServerCertificate(string certificate, string? key)
    {
        (_certificate, _key) = (certificate, key ?? certificate);
        _loaded = Load(Read());
    }

    /// <summary>For one connection.</summary>
    /// <param name="logger">Told of what is loaded again.</param>
    public SslServerAuthenticationOptions ForConnection(ILogger logger)
    {
        ReloadIfChanged(logger);
        return _loaded.Options;
    }

    private void ReloadIfChanged(ILogger logger)
    {
        string? failure;
        lock (_reloading)
        {
            try
            {
                // what is in the files, which says more than their times: a few kilobytes, and little beside a handshake
                var files = Read();
                if (files.Digest.AsSpan().SequenceEqual(_loaded.Digest))
                {
                    _failure = null;
                    return;
                }

                // those before are not disposed of: connections have them
                _loaded = Load(files);
                _failure = failure = null;
            }
            catch (OptionsException e)
            {
                if (_failure == e.Message)
                    return;
                _failure = failure = e.Message;
            }
        }

        if (failure is null)
            LogReloaded(logger, _certificate);
        else
            LogCannotReload(logger, failure);
    }

    private Files Read()
    {
        try
        {
            var certificate = File.ReadAllText(_certificate);
            var key = _key == _certificate ? certificate : File.ReadAllText(_key);
            return new Files(certificate, key, SHA256.HashData(Encoding.UTF8.GetBytes($"{certificate}\0{key}")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OptionsException(
                $"The certificate \"{_certificate}\" or its key \"{_key}\" cannot be read: {e.Message.TrimEnd('.')}."
            );
        }
    }

    private Loaded Load(Files files)
    {
        try
        {
            using var fromPem = X509Certificate2.CreateFromPem(files.Certificate, files.Key);
            // TLS on some platforms wants a key that it can look up
            var leaf = X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pfx), password: null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(files.Certificate);
            return new Loaded(
                files.Digest,
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                }
            );
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new OptionsException(
                $"The certificate \"{_certificate}\" and its key \"{_key}\" do not fit or are not PEM; expected a certificate and "
                    + $"its own key without a password ({e.Message.TrimEnd('.')})."
            );
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Reloaded certificate {Path}")]
    private static partial void LogReloaded(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to reload the certificate; the current one stays in use. {Reason}")]
    private static partial void LogCannotReload(ILogger logger, string reason);

    private sealed record Files(string Certificate, string Key, byte[] Digest);

    private sealed record Loaded(byte[] Digest, SslServerAuthenticationOptions Options);
}
