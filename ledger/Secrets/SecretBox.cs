using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger.Secrets;

/// <summary>
/// Encrypts with AES-256-GCM. The identity of the row is authenticated with the text, so that what was sealed for one row does not
/// open in another.
/// </summary>
internal sealed class SecretBox(byte[] key)
{
    public const int KeySize = 32;

    private const byte Format = 1;
    private const int NonceSize = 12,
        TagSize = 16,
        Head = 1 + NonceSize + TagSize;

    /// <summary>One for each thread: it is dear to make, and is not to be used by two at a time.</summary>
    private readonly ThreadLocal<AesGcm> _aes = new(() => new AesGcm(key, TagSize));

    /// <summary>For what is signed of containers: a key of its own, so that a signature says nothing about what is encrypted.</summary>
    public byte[] ContainerKey { get; } =
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeySize, info: "autodeploy container labels"u8.ToArray());

    /// <returns>Format, nonce, tag, ciphertext.</returns>
    public byte[] Seal(string text, string identity) => Seal(Encoding.UTF8.GetBytes(text), identity);

    /// <inheritdoc cref="Seal(string, string)"/>
    public byte[] Seal(ReadOnlySpan<byte> plain, string identity)
    {
        var box = new byte[Head + plain.Length];
        box[0] = Format;
        var nonce = box.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        _aes.Value!.Encrypt(nonce, plain, box.AsSpan(Head), box.AsSpan(1 + NonceSize, TagSize), Encoding.UTF8.GetBytes(identity));
        return box;
    }

    /// <exception cref="LedgerException">It was sealed with another key or for another row, or has been changed.</exception>
    public string Open(byte[] box, string identity) => Encoding.UTF8.GetString(OpenBytes(box, identity));

    /// <inheritdoc cref="Open"/>
    public byte[] OpenBytes(byte[] box, string identity)
    {
        try
        {
            if (box.Length < Head || box[0] != Format)
                throw new CryptographicException("Not a sealed text.");
            var plain = new byte[box.Length - Head];
            _aes.Value!.Decrypt(
                box.AsSpan(1, NonceSize),
                box.AsSpan(Head),
                box.AsSpan(1 + NonceSize, TagSize),
                plain,
                Encoding.UTF8.GetBytes(identity)
            );
            return plain;
        }
        catch (CryptographicException exception)
        {
            throw new LedgerException(
                $"The stored secret of {identity} cannot be decrypted: it was changed, or encrypted with another key.",
                exception
            );
        }
    }

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
