using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Integrations;
using AutoDeploy.Ports;

namespace AutoDeploy.Api.Access;

/// <summary>
/// The one token that opens the API: from AUTODEPLOY_TOKEN, or made at the first start and printed then, and only then. Only its
/// hash is kept.
/// </summary>
public sealed class AdminToken(ILedger ledger, TextWriter output, string? given) : IHostedService
{
    public const string Variable = "AUTODEPLOY_TOKEN";

    /// <summary>Characters: shorter ones are words that can be guessed.</summary>
    public const int MinLength = 20;

    private const string Setting = "admin_token_hash";
    private const string Prefix = "adt_";

    private byte[] _hash = [];

    /// <exception cref="OptionsException">It is too short.</exception>
    public static string Check(string token) =>
        token.Length >= MinLength
            ? token
            : throw new OptionsException(
                $"{Variable} has {token.Length} characters; expected {MinLength} or more, such as \"openssl rand -hex 20\" makes, "
                    + "or none, so that one is made."
            );

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (given is not null)
        {
            _hash = Hash(Check(given));
            return;
        }

        var fresh = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var freshHash = Convert.ToHexStringLower(Hash(fresh));
        var kept = await ledger.InitSetting(Setting, freshHash, cancellationToken);
        _hash = Convert.FromHexString(kept);
        if (kept == freshHash)
            await output.WriteLineAsync($"The admin token, shown this once: {fresh}");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Takes the same time whatever is wrong.</summary>
    public bool IsValid(string token) => CryptographicOperations.FixedTimeEquals(Hash(token), _hash);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
