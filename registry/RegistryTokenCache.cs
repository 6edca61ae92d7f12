using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Registry;

/// <summary>
/// Provides the <c>Authorization</c> header for a registry: name and password (Basic), or a token of the registry's token server for one
/// repository (Bearer), cached until it expires.
/// </summary>
internal sealed partial class RegistryTokenCache(
    Func<HttpRequestMessage, string, CancellationToken, Task<HttpResponseMessage>> send,
    TimeProvider time
)
{
    private readonly ConcurrentDictionary<TokenKey, TokenEntry> _known = new();

    /// <summary>The header that the registry accepted last, unless it is about to expire.</summary>
    public AuthenticationHeaderValue? Find(ImageName image, RegistryCredential? credential) =>
        _known.TryGetValue(KeyOf(image, credential), out var known) && known.Until > time.GetUtcNow() ? known.Header : null;

    /// <summary>The header for the registry's challenge; null: no credentials are known.</summary>
    public async Task<AuthenticationHeaderValue?> Obtain(
        ImageName image,
        RegistryCredential? credential,
        HttpHeaderValueCollection<AuthenticationHeaderValue> challenges,
        bool isPlain,
        CancellationToken cancellationToken
    )
    {
        var key = KeyOf(image, credential);
        _known.TryRemove(key, out _);
        TokenEntry? got = null;
        if (challenges.FirstOrDefault(challenge => challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) is { } bearer)
            got = await AskForToken(image, credential, bearer, isPlain, cancellationToken);
        else if (
            challenges.Any(challenge => challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) && credential is not null
        )
            got = new TokenEntry(Basic(credential), DateTimeOffset.MaxValue);
        if (got is null)
            return null;
        if (_known.Count > 1000)
            RemoveExpired();
        _known[key] = got;
        return got.Header;
    }

    private async Task<TokenEntry> AskForToken(
        ImageName image,
        RegistryCredential? credential,
        AuthenticationHeaderValue challenge,
        bool isPlain,
        CancellationToken cancellationToken
    )
    {
        var values = Parameter()
            .Matches(challenge.Parameter ?? "")
            .GroupBy(match => match.Groups[1].Value.ToLowerInvariant())
            .ToDictionary(group => group.Key, group => Escaped().Replace(group.First().Groups[2].Value, "$1"));
        if (
            !values.TryGetValue("realm", out var realm)
            || !Uri.TryCreate(realm, UriKind.Absolute, out var server)
            || !(server.Scheme == "https" || (server.Scheme == "http" && isPlain))
        )
            throw new RegistryException(
                RegistryFault.Refused,
                $"The registry {image.Host} names a token server that is not asked, since it is not reached over https."
            );
        if (credential is not null && !LoopbackHosts.MayShow(credential, server))
            throw new RegistryException(
                RegistryFault.Refused,
                $"The registry {image.Host} names the token server {server.Authority}, which is another host and is not shown the "
                    + "credentials; "
                    + $"to allow it, set \"token_host\" of the registry's credentials to \"{server.Authority}\"."
            );

        // the registry's scope may ask for more than we need
        var query = new StringBuilder(server.Query.Length > 1 ? server.Query + "&" : "?")
            .Append("scope=")
            .Append(Uri.EscapeDataString($"repository:{image.Path}:pull"));
        if (values.TryGetValue("service", out var service))
            query.Append("&service=").Append(Uri.EscapeDataString(service));
        if (credential is not null)
            query.Append("&account=").Append(Uri.EscapeDataString(credential.Username));
        var request = new HttpRequestMessage(HttpMethod.Get, server.GetLeftPart(UriPartial.Path) + query);
        if (credential is not null)
            request.Headers.Authorization = Basic(credential);

        using var response = await send(request, image.Host, cancellationToken);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw RegistryClient.Unauthorized(image, credential);
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            throw new RegistryException(
                RegistryFault.TooManyRequests,
                $"The token server of the registry {image.Host} has had too many requests from us."
            );
        if (!response.IsSuccessStatusCode)
            throw new RegistryException(
                (int)response.StatusCode >= 500 ? RegistryFault.Unreachable : RegistryFault.Refused,
                $"The token server of the registry {image.Host} answered {(int)response.StatusCode}."
            );
        return Read(await response.Content.ReadAsByteArrayAsync(cancellationToken))
            ?? throw new RegistryException(
                RegistryFault.Refused,
                $"The token server of the registry {image.Host} gave an answer that cannot be read."
            );
    }

    private TokenEntry? Read(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var token = Text("token") ?? Text("access_token");
            // a token that is not valid in a header counts as missing
            if (string.IsNullOrEmpty(token) || token.Any(c => c is < '!' or > '~'))
                return null;
            var seconds =
                root.TryGetProperty("expires_in", out var expires)
                && expires.ValueKind == JsonValueKind.Number
                && expires.TryGetInt32(out var given)
                && given > 0
                    ? given
                    : 60;
            // expire it after 80 % of its lifetime, so that it does not expire during a request
            return new TokenEntry(new AuthenticationHeaderValue("Bearer", token), time.GetUtcNow().AddSeconds(seconds * 0.8));

            string? Text(string name) =>
                root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private void RemoveExpired()
    {
        foreach (var (key, known) in _known)
            if (known.Until <= time.GetUtcNow() || known.Until == DateTimeOffset.MaxValue)
                _known.TryRemove(key, out _);
    }

    private static AuthenticationHeaderValue Basic(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));

    private static TokenKey KeyOf(ImageName image, RegistryCredential? credential) =>
        new(image.Host, image.Path, credential?.Username, credential?.Password);

    private sealed record TokenKey(string Host, string Path, string? Username, string? Password)
    {
        public override string ToString() => $"{Host}/{Path}";
    }

    private sealed record TokenEntry(AuthenticationHeaderValue Header, DateTimeOffset Until)
    {
        public override string ToString() => $"until {Until:u}";
    }

    [GeneratedRegex("""([A-Za-z_]+)\s*=\s*"((?:[^"\\]|\\.)*)""", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();

    [GeneratedRegex("""\\(.)""", RegexOptions.NonBacktracking)]
    private static partial Regex Escaped();
}
