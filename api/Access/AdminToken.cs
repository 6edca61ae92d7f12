using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Ports;

namespace AutoDeploy.Api.Access;

/// <summary>
/// The one token that opens the API: from AUTODEPLOY_TOKEN, or made at the first start and printed then, and only then. Only its
/// hash is kept.
/// </summary>
public sealed partial class AdminToken(ILedger ledger, TextWriter output, string? given, ILogger<AdminToken> logger) : IHostedService
{
    public const string Variable = "AUTODEPLOY_TOKEN";

    private const string Setting = "admin_token_hash";
    private const string Prefix = "adt_";
    private const int Short = 16;

    private byte[] _hash = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (given is not null)
        {
            if (given.Length < Short)
                LogShort(logger, Variable, given.Length);
            _hash = Hash(given);
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
    public bool Is(string token) => CryptographicOperations.FixedTimeEquals(Hash(token), _hash);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Variable} has only {Length} characters; a longer one is harder to guess")]
    private static partial void LogShort(ILogger logger, string variable, int length);
}
