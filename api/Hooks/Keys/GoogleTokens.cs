using System.Text;
using AutoDeploy.Organizations;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>The token that Pub/Sub sends with a push: OpenID Connect's, signed by Google for a service account and an audience.</summary>
internal sealed class GoogleTokens(ISenderHttpClient client, TimeProvider time)
{
    public static readonly Uri Keys = new("https://www.googleapis.com/oauth2/v3/certs");

    private static readonly string[] Issuers = ["https://accounts.google.com", "accounts.google.com"];

    /// <summary>Clocks differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>
    /// An unknown key may be a new one, so the keys are fetched again, but at most once per interval, so that invented keys do not cause
    /// requests.
    /// </summary>
    private static readonly TimeSpan KeyRefreshInterval = TimeSpan.FromMinutes(1);

    private readonly CachedDocument<IReadOnlyList<SecurityKey>> _keys = new(client, time, Read, TimeSpan.FromHours(1));

    /// <summary>Whether the token in <c>Authorization</c> is of the hook's service account and for its audience.</summary>
    public async Task<SenderVerification> Verify(Hook hook, IHeaderDictionary headers)
    {
        const string Bearer = "Bearer ";
        if (
            headers.Authorization is not [{ } authorization]
            || !authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            || Parse(authorization[Bearer.Length..].Trim()) is not { } token
        )
            return SenderVerification.CreateRefusal(
                "The delivery does not carry a token of Google's; expected Pub/Sub's with authentication enabled, in "
                    + "`Authorization` after Bearer."
            );

        TokenValidationResult result;
        try
        {
            var keys = await _keys.Get(Keys);
            if (keys.All(key => key.KeyId != token.Kid))
                keys = await _keys.Get(Keys, time.GetUtcNow() - KeyRefreshInterval);
            result = await new JsonWebTokenHandler().ValidateTokenAsync(
                token,
                new TokenValidationParameters
                {
                    ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
                    IssuerSigningKeys = keys,
                    ValidIssuers = Issuers,
                    AudienceValidator = (audiences, _, _) => audiences.Any(audience => IsFor(hook, audience)),
                    LifetimeValidator = (from, until, _, _) => until + Skew > time.GetUtcNow() && !(from - Skew > time.GetUtcNow()),
                }
            );
        }
        catch (SenderHttpException failure)
        {
            return SenderVerification.CreateUnavailable(failure);
        }

        if (!result.IsValid)
            return SenderVerification.CreateRefusal(Reason(result.Exception));
        return
            result.Claims.TryGetValue("email_verified", out var verified)
            && verified is true
            && result.Claims.TryGetValue("email", out var email)
            && string.Equals(email as string, hook.ServiceAccount, StringComparison.OrdinalIgnoreCase)
            ? SenderVerification.Verified
            : SenderVerification.CreateRefusal("The delivery's token is not of the hook's `service_account`.");
    }

    /// <summary>
    /// Without an audience of its own Pub/Sub names the URL that it pushes to, whose end is the hook's, by whatever name the server is
    /// reached.
    /// </summary>
    private static bool IsFor(Hook hook, string audience) =>
        hook.Audience is { } expected
            ? audience == expected
            : Uri.TryCreate(audience, UriKind.Absolute, out var url)
                && url.AbsolutePath.TrimEnd('/').EndsWith($"/hooks/google/{hook.Key}", StringComparison.Ordinal);

    private static string Reason(Exception? failure) =>
        failure switch
        {
            SecurityTokenInvalidAudienceException => "The delivery's token is for another audience than the hook's.",
            SecurityTokenInvalidIssuerException => "The delivery's token is not Google's.",
            SecurityTokenInvalidLifetimeException
            or SecurityTokenExpiredException
            or SecurityTokenNotYetValidException
            or SecurityTokenNoExpirationException => "The delivery's token has expired, or is not valid yet.",
            _ => "The delivery's token is not signed by Google.",
        };

    private static JsonWebToken? Parse(string token)
    {
        try
        {
            return new JsonWebToken(token);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private static List<SecurityKey>? Read(byte[] json)
    {
        try
        {
            var keys = new JsonWebKeySet(Encoding.UTF8.GetString(json)).GetSigningKeys();
            return keys.Count > 0 ? [.. keys] : null;
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException or System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
