using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AutoDeploy.Api.Http;

/// <summary>
/// The certificate that we are reached with, and its key, from PEM files. When one of the files changes, the next connection gets what is in them
/// then; while that cannot be read (one of two files has been written), connections get the one before.
/// </summary>
public sealed partial class ServerCertificate
{
    private readonly string _certificate;
    private readonly string _key;
    private readonly Lock _reloading = new();
    private volatile Loaded _loaded;
    private string? _failed;

    /// <param name="certificate">The file with the certificate and those that signed it.</param>
    /// <param name="key">The file with its key; null: the same.</param>
    /// <exception cref="OptionsException">They cannot be read, with a sentence.</exception>
    public ServerCertificate(string certificate, string? key)
    {
        (_certificate, _key) = (certificate, key ?? certificate);
        _loaded = Load(Stamp());
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
        var stamp = Stamp();
        if (stamp == _loaded.Stamp)
            return;
        lock (_reloading)
        {
            if (stamp == _loaded.Stamp)
                return;
            try
            {
                // those before are not disposed of: connections have them
                _loaded = Load(stamp);
                _failed = null;
                LogReloaded(logger, _certificate);
            }
            catch (OptionsException e)
            {
                if (_failed != stamp)
                    LogCannotReload(logger, e.Message);
                _failed = stamp;
            }
        }
    }

    private Loaded Load(string stamp)
    {
        try
        {
            using var fromPem = X509Certificate2.CreateFromPemFile(_certificate, _key);
            // TLS on some platforms wants a key that it can look up
            var leaf = X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pfx), password: null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificate);
            return new Loaded(stamp, new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OptionsException($"The certificate \"{_certificate}\" or its key \"{_key}\" cannot be read: {e.Message.TrimEnd('.')}.");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new OptionsException(
                $"The certificate \"{_certificate}\" and its key \"{_key}\" do not fit or are not PEM; expected a certificate and its own key without a password ({e.Message.TrimEnd('.')}).");
        }
    }

    /// <summary>What changes when a file does. What symbolic links lead to counts: they stay when a volume of secrets gets new ones.</summary>
    private string Stamp() => _certificate == _key ? Stamp(_certificate) : $"{Stamp(_certificate)}\n{Stamp(_key)}";

    private static string Stamp(string path)
    {
        try
        {
            var file = File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
            return file.Exists ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length}") : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded the certificate {Path} again")]
    private static partial void LogReloaded(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to load the certificate again; the one before is used on. {Reason}")]
    private static partial void LogCannotReload(ILogger logger, string reason);

    private sealed record Loaded(string Stamp, SslServerAuthenticationOptions Options);
}
