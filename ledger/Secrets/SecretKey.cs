using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger.Secrets;

/// <summary>The key that secrets are encrypted with: set, or else in a file beside the database.</summary>
internal static class SecretKey
{
    public const string FileName = "secret.key";

    /// <summary>The key as set or in the file; null when there is neither.</summary>
    /// <exception cref="LedgerException">There is one, and it is no key.</exception>
    public static byte[]? Find(LedgerOptions options)
    {
        if (!string.IsNullOrWhiteSpace(options.SecretKey))
        {
            return Parse(options.SecretKey)
                ?? throw new LedgerException("The secret key that is set is not 32 bytes in base64; make one with: openssl rand -base64 32");
        }

        var path = Path.Combine(options.DataDirectory, FileName);
        try
        {
            return Parse(File.ReadAllText(path)) ?? throw new LedgerException($"The file {path} does not hold 32 bytes in base64.");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"The file {path} cannot be read.", exception);
        }
    }

    /// <summary>Makes a key and its file, readable by nobody else, and on disk before anything is encrypted with it.</summary>
    public static byte[] Create(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, FileName);
        var key = RandomNumberGenerator.GetBytes(SecretBox.KeySize);
        try
        {
            // under another name first, so that a crash leaves no half of a key
            var draft = $"{path}.{Guid.NewGuid():N}";
            using (var stream = OwnersFile.Create(draft))
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
