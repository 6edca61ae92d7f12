using System.Text;

namespace AutoDeploy.Api.Tests;

/// <summary>Who may tell of pushes: signatures and tokens, with the hosts' own vectors.</summary>
public sealed class HookSignatureTests
{
    private const string Github = "It's a Secret to Everybody";
    private const string Json = """{"ref":"refs/heads/main"}""";
    private const string JsonSigned = "232a5e067b6a5aa567ed5a1d21a0dffaf6ef0eeecb6bd9bcf43b3d5ef3fc4f43";
    private const string Form = "payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%7D";
    private const string FormSigned = "5fb7893a0f0740cb9f46261fbb50e98fd828cde26ad47cc0749baf6a1d6ff763";
    private const string Token = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string TokenSigned = "v1,UWGso7FX6dphAmm48a3aI8jK3/tOFT9iS/ALIxNMPG4=";
    private const string TokenId = "6f1c2b9e-4d57-4a0e-9a51-0d6b6a1e2c33";
    private const string TokenTime = "1760000000";

    [Theory]
    [InlineData(
        "github",
        Github,
        "Hello, World!",
        "X-Hub-Signature-256",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    )]
    [InlineData("github", "s3cret", Json, "X-Hub-Signature-256", "sha256=" + JsonSigned)]
    [InlineData("github", "s3cret", Form, "X-Hub-Signature-256", "sha256=" + FormSigned)]
    [InlineData("git", "s3cret", Json, "X-Hub-Signature-256", "sha256=" + JsonSigned)]
    [InlineData("git", "s3cret", Json, "Authorization", "Bearer s3cret")]
    [InlineData("git", "s3cret", Json, "X-AutoDeploy-Secret", "s3cret")]
    [InlineData(
        "bitbucket",
        Github,
        "Hello World!",
        "X-Hub-Signature",
        "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    )]
    [InlineData(
        "bitbucket-server",
        Github,
        "Hello World!",
        "X-Hub-Signature",
        "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    )]
    [InlineData("gitea", "s3cret", Json, "X-Gitea-Signature", JsonSigned)]
    [InlineData("gitea", "s3cret", Json, "X-Forgejo-Signature", JsonSigned)]
    [InlineData("gitea", "s3cret", Json, "X-Gogs-Signature", JsonSigned)]
    [InlineData("gitea", "s3cret", Form, "X-Gitea-Signature", FormSigned)]
    [InlineData("gitea", "s3cret", Form, "X-Gitea-Signature", JsonSigned)]
    [InlineData("gitea", "s3cret", "a=1&" + Form, "X-Gogs-Signature", JsonSigned)]
    [InlineData("gitlab", "s3cret", Json, "X-Gitlab-Token", "s3cret")]
    [InlineData("gitlab", Token, Json, "X-Gitlab-Token", Token)]
    public void A_right_signature_is_accepted(string sender, string secret, string body, string header, string value)
    {
        Assert.True(Verify(sender, secret, body, (header, value)));
        Assert.True(Verify(sender, null, body, (header, value)));
        Assert.True(Verify(sender, null, body));

        Assert.False(Verify(sender, secret, body));
        Assert.False(Verify(sender, secret, body, (header, "")));
        Assert.False(Verify(sender, secret + "x", body, (header, value)));
        Assert.False(Verify(sender, secret, body, (header, value[..^1])));
        Assert.False(Verify(sender, secret, body, (header, value + "0")));
        Assert.False(Verify(sender, secret, body, (header, value[..^1] + (value[^1] == '0' ? '1' : '0'))));
        if (header.EndsWith("Signature", StringComparison.Ordinal) || header.EndsWith("256", StringComparison.Ordinal))
            Assert.False(Verify(sender, secret, body + " ", (header, value)));
    }

    [Theory]
    [InlineData("github", "X-Hub-Signature-256", "sha256=")]
    [InlineData("github", "X-Hub-Signature-256", JsonSigned)]
    [InlineData("github", "X-Hub-Signature-256", "sha1=" + JsonSigned)]
    [InlineData("github", "X-Hub-Signature", "sha256=" + JsonSigned)]
    [InlineData("github", "X-Hub-Signature-256", "sha256=zz2a5e067b6a5aa567ed5a1d21a0dffaf6ef0eeecb6bd9bcf43b3d5ef3fc4f43")]
    [InlineData("github", "Authorization", "Bearer s3cret")]
    [InlineData("git", "X-Hub-Signature-256", "sha256=")]
    [InlineData("git", "Authorization", "Bearer ")]
    [InlineData("bitbucket", "X-Hub-Signature", "sha256=")]
    [InlineData("bitbucket", "X-Hub-Signature-256", "sha256=" + JsonSigned)]
    [InlineData("bitbucket-server", "X-Hub-Signature", "sha256=")]
    [InlineData("gitea", "X-Gitea-Signature", "")]
    [InlineData("gitea", "X-Hub-Signature-256", "sha256=")]
    [InlineData("gitea", "X-Gitea-Signature", "sha256=" + JsonSigned)]
    [InlineData("gitlab", "X-Gitlab-Token", "S3CRET")]
    [InlineData("gitlab", "webhook-signature", "v1,")]
    [InlineData("gitlab", "X-Hub-Signature-256", "sha256=" + JsonSigned)]
    public void What_only_looks_like_a_signature_is_refused(string sender, string header, string value) =>
        Assert.False(Verify(sender, "s3cret", Json, (header, value)));

    [Theory]
    [InlineData(TokenSigned)]
    [InlineData("v1,AAAA " + TokenSigned)]
    [InlineData(TokenSigned + " v1a,zzz")]
    [InlineData("v1,2hqZ0Gb8yU0Hj3a1t6y3dB3y6rH3S9w0kS0a9m3xW2E= " + TokenSigned)]
    public void A_signing_token_of_gitlab_signs_id_time_and_body(string signatures)
    {
        (string, string)[] headers = [("webhook-id", TokenId), ("webhook-timestamp", TokenTime), ("webhook-signature", signatures)];
        Assert.True(Verify("gitlab", Token, Json, headers));
        Assert.True(Verify("gitlab", Token, Json, [.. headers, ("X-Gitlab-Token", "another")]));

        Assert.False(Verify("gitlab", Token, Json + " ", headers));
        Assert.False(Verify("gitlab", Token["whsec_".Length..], Json, headers));
        Assert.False(Verify("gitlab", Token.Replace("AAEC", "AAED", StringComparison.Ordinal), Json, headers));
        for (var i = 0; i < headers.Length; i++)
        {
            var changed = headers.ToArray();
            changed[i] = (headers[i].Item1, i == 2 ? signatures.Replace("UWGs", "UWGt", StringComparison.Ordinal) : headers[i].Item2 + "0");
            Assert.False(Verify("gitlab", Token, Json, changed));
            Assert.False(Verify("gitlab", Token, Json, [.. headers.Where((_, j) => j != i)]));
        }
    }

    [Theory]
    [InlineData("whsec_")]
    [InlineData("whsec_====")]
    [InlineData("whsec_not-base64")]
    public void A_token_without_a_key_lets_nobody_sign(string token)
    {
        var signed = Convert.ToBase64String(
            System.Security.Cryptography.HMACSHA256.HashData(Array.Empty<byte>(), Encoding.UTF8.GetBytes($"{TokenId}.{TokenTime}.{Json}"))
        );
        Assert.False(
            Verify("gitlab", token, Json, ("webhook-id", TokenId), ("webhook-timestamp", TokenTime), ("webhook-signature", "v1," + signed))
        );
    }

    [Fact]
    public void Digits_in_capitals_are_the_same_digest() =>
        Assert.True(Verify("github", "s3cret", Json, ("X-Hub-Signature-256", "sha256=" + JsonSigned.ToUpperInvariant())));

    private static bool Verify(string sender, string? secret, string body, params (string Name, string Value)[] headers) =>
        HookSampleReader.Verify(sender, secret, Encoding.UTF8.GetBytes(body), headers);
}
