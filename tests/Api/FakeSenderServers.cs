using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AutoDeploy.Api.Tests;

/// <summary>The servers of Google and Amazon where they publish their keys and are visited, with keys of our own.</summary>
internal sealed class FakeSenderServers : ISenderHttpClient
{
    public static readonly RsaSecurityKey GoogleKey = new(RSA.Create(2048)) { KeyId = "key-1" };

    /// <summary>Other answers, by address.</summary>
    public ConcurrentDictionary<string, Func<SenderHttpResponse>> Answers { get; } = new();

    /// <summary>All that was asked for, in order.</summary>
    public ConcurrentQueue<string> Visited { get; } = new();

    public Task<SenderHttpResponse> Get(Uri address, CancellationToken cancellationToken)
    {
        Visited.Enqueue(address.AbsoluteUri);
        return Task.FromResult(
            Answers.TryGetValue(address.AbsoluteUri, out var answer) ? answer()
            : address.AbsoluteUri == SnsTestKey.Certificate ? Ok(SnsTestKey.Pem)
            : address == GoogleTokens.Keys ? Ok(Jwks(GoogleKey))
            : address.Query.Contains("Token=good", StringComparison.Ordinal) ? Ok("<ConfirmSubscriptionResponse/>")
            : new SenderHttpResponse(404, [])
        );
    }

    public static SenderHttpResponse Ok(string body, TimeSpan? maxAge = null) => new(200, Encoding.UTF8.GetBytes(body), maxAge);

    public static string Jwks(params RsaSecurityKey[] keys) =>
        JsonSerializer.Serialize(
            new
            {
                keys = keys.Select(key =>
                {
                    var numbers = key.Rsa.ExportParameters(false);
                    return new
                    {
                        kty = "RSA",
                        use = "sig",
                        alg = "RS256",
                        kid = key.KeyId,
                        n = Base64UrlEncoder.Encode(numbers.Modulus),
                        e = Base64UrlEncoder.Encode(numbers.Exponent),
                    };
                }),
            }
        );

    /// <summary>What Pub/Sub sends in <c>Authorization</c>.</summary>
    public static string Token(
        Dictionary<string, object> claims,
        SecurityKey? key = null,
        string algorithm = SecurityAlgorithms.RsaSha256
    ) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor { Claims = claims, SigningCredentials = new SigningCredentials(key ?? GoogleKey, algorithm) }
        );
}
