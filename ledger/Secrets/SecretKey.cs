using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger.Secrets;

/// <summary>The key that secrets are encrypted with: set, or else in a file in the data directory.</summary>
/// <param name="set">In base64; null or empty: it is not set.</param>
/// <param name="dataDirectory">Null: there is none, and the key has to be set.</param>
internal sealed class SecretKey(string? set, string? dataDirectory)
{
    public const string FileName = "secret.key";

    private readonly string? _set = string.IsNullOrWhiteSpace(set) ? null : set;

    /// <summary>Where the key is that was found, in words.</summary>
    public string Location => _set is null ? $"the file {FileName}" : "AUTODEPLOY_SECRET_KEY";

    /// <summary>What to do about a missing one, in words.</summary>
    public string HowToBring =>
        dataDirectory is null
            ? "set AUTODEPLOY_SECRET_KEY"
            : $"put the file {FileName} back into {Path.GetFullPath(dataDirectory)}, or set AUTODEPLOY_SECRET_KEY";

    /// <summary>The key as set or in the file; null when there is neither.</summary>
    /// <exception cref="LedgerException">There is one, and it is no key.</exception>
    public byte[]? Find()
    {
        if (_set is not null)
        {
            return Parse(_set)
                ?? throw new LedgerException(
                    "The secret key that is set is not 32 bytes in base64; make one with: openssl rand -base64 32"
                );
        }

        if (dataDirectory is null)
            return null;
        var path = Path.Combine(dataDirectory, FileName);
        try
        {
            return Parse(File.ReadAllText(path)) ?? throw new LedgerException($"The file {path} does not hold 32 bytes in base64.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"The file {path} cannot be read.", exception);
        }
    }

    /// <summary>Makes a key and its file, readable by nobody else, and on disk before anything is encrypted with it.</summary>
    /// <exception cref="LedgerException">There is no place for a file, or it cannot be written.</exception>
    public byte[] Create()
    {
        if (dataDirectory is null)
        {
            throw new LedgerException(
                "The key that secrets are encrypted with is missing: set AUTODEPLOY_SECRET_KEY, the same for all processes that "
                    + "share the database; "
                    + "make one with: openssl rand -base64 32"
            );
        }

        var path = Path.Combine(dataDirectory, FileName);
        var key = RandomNumberGenerator.GetBytes(SecretBox.KeySize);
        OwnerOnlyFile.CreateDirectory(dataDirectory);
        try
        {
            // under another name first, so that a crash leaves no half of a key
            var draft = $"{path}.{Guid.NewGuid():N}";
            using (var stream = OwnerOnlyFile.Create(draft))
            {
                stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: false);
            return key;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"The file {path} cannot be written.", exception);
        }
    }

    private static byte[]? Parse(string text)
    {
        var key = new byte[SecretBox.KeySize + 1];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == SecretBox.KeySize ? key[..length] : null;
    }
}
