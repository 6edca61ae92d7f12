using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AutoDeploy.Ports;

namespace AutoDeploy.Api.Tests;

/// <summary>Credentials for git repositories: what goes in, and that no secret comes out.</summary>
[Collection("server")]
public sealed class GitHostTests(ApiServer server)
{
    private const string GitHosts = "/api/app/v1/githost/";

    private const string KnownHosts = "git.acme.test ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA\n";

    [Fact]
    public async Task Secrets_go_in_and_never_come_out()
    {
        var key = OpenSshKey("none");
        var created = await Post(
            new
            {
                host = "git.acme.test:3000",
                username = "ci",
                password = "pw-that-is-secret",
                ssh_private_key = key,
                known_hosts = KnownHosts,
            }
        );
        Assert.True(created.Status == 201, created.Text);
        var uri = created.Headers["Location"];
        Assert.Equal(
            [
                "uuid",
                "resource_uri",
                "host",
                "path",
                "scheme",
                "username",
                "has_password",
                "has_ssh_private_key",
                "known_hosts",
                "commit_statuses",
                "api_url",
                "last_error",
                "failed_attempts",
                "given_up",
                "delivered_datetime",
                "next_attempt_datetime",
                "created_datetime",
            ],
            created.Json.EnumerateObject().Select(m => m.Name)
        );
        Assert.Equal(uri, created.Json.GetProperty("resource_uri").GetString());
        Assert.Equal(
            ("git.acme.test:3000", "ci", KnownHosts),
            (Text(created, "host"), Text(created, "username"), Text(created, "known_hosts"))
        );
        Assert.Equal((true, true), Has(created));
        var credential = await Stored(created);
        Assert.Equal(
            ("git.acme.test:3000", "ci", "pw-that-is-secret", KnownHosts),
            (credential.Host, credential.Username, credential.Password, credential.KnownHosts)
        );
        Assert.Equal(PemBytes(key), PemBytes(credential.PrivateKey!));

        var patched = await server.Patch(uri, """{"password": "pw-that-is-new"}""");
        Assert.Equal(200, patched.Status);
        Assert.Equal(credential with { Password = "pw-that-is-new" }, await Stored(created));

        var secret = credential.PrivateKey!.Split('\n')[^3];
        Assert.Matches("^[A-Za-z0-9=]+$", secret); // what JSON does not escape
        foreach (
            var text in (string[])
                [created.Text, patched.Text, (await server.Get(uri)).Text, (await server.Get(GitHosts)).Text, await Files()]
        )
        {
            Assert.DoesNotContain("pw-that-is", text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }

        Assert.Equal(204, (await server.Delete(uri)).Status);
        Assert.Equal(404, (await server.Get(uri)).Status);
        Assert.Equal(404, (await server.Delete(uri)).Status);
    }

    [Fact]
    public async Task Credentials_are_for_https_and_for_all_of_the_host_unless_they_say_otherwise()
    {
        var plain = await Post(new { host = "scope.acme.test", password = "p" });
        Assert.Equal((JsonValueKind.Null, "https"), (plain.Json.GetProperty("path").ValueKind, Text(plain, "scheme")));
        var team = await Post(
            new
            {
                host = "scope.acme.test",
                path = "Acme/Team",
                scheme = "http",
                password = "p",
            }
        );
        Assert.True(team.Status == 201, team.Text);
        Assert.Equal(
            new GitCredential
            {
                Host = "scope.acme.test",
                Path = "acme/team",
                Scheme = "http",
                Password = "p",
            },
            await Stored(team)
        );
        Assert.Equal(
            409,
            (
                await Post(
                    new
                    {
                        host = "scope.acme.test",
                        path = "acme/team",
                        password = "p",
                    }
                )
            ).Status
        );

        foreach (
            var (member, value) in ((string, string)[])
                [("path", "\"a//b\""), ("path", "\"a?b\""), ("path", "1"), ("scheme", "\"ssh\""), ("scheme", "null")]
        )
        {
            var refused = await server.Patch(team.Headers["Location"], $$"""{"{{member}}": {{value}}}""");
            Assert.Equal(400, refused.Status);
            Assert.Contains($"`{member}`", refused.Error, StringComparison.Ordinal);
        }

        var changed = await server.Patch(team.Headers["Location"], """{"path": "other", "scheme": "https"}""");
        Assert.Equal(("other", "https"), (Text(changed, "path"), Text(changed, "scheme")));
    }

    [Fact]
    public async Task One_of_the_secrets_can_be_taken_away_but_not_the_last()
    {
        var created = await Post(new { host = "away.acme.test", password = "p" });
        var uri = created.Headers["Location"];
        Assert.Equal((true, false), Has(created));

        // a key needs known hosts, in the same request or before
        Assert.Equal(400, (await Patch(uri, new { ssh_private_key = OpenSshKey("none") })).Status);
        Assert.Equal(200, (await Patch(uri, new { known_hosts = KnownHosts })).Status);
        var both = await Patch(uri, new { ssh_private_key = OpenSshKey("none"), username = "ida" });
        Assert.Equal((true, true), Has(both));
        Assert.Equal(400, (await server.Patch(uri, """{"known_hosts": null}""")).Status);

        var keyAlone = await server.Patch(uri, """{"password": null, "username": null}""");
        Assert.Equal((false, true), Has(keyAlone));
        Assert.Equal("", Text(keyAlone, "username"));
        Assert.Contains("both missing", (await server.Patch(uri, """{"ssh_private_key": null}""")).Error, StringComparison.Ordinal);

        var passwordAlone = await server.Patch(uri, """{"password": "p", "ssh_private_key": null, "known_hosts": null}""");
        Assert.Equal((true, false), Has(passwordAlone));
        Assert.Equal(new GitCredential { Host = "away.acme.test", Password = "p" }, await Stored(created));
        await server.Delete(uri);
    }

    [Fact]
    public async Task Commit_statuses_are_turned_on_with_a_token_and_off_again()
    {
        var created = await Post(
            new
            {
                host = "statuses.acme.test",
                ssh_private_key = OpenSshKey("none"),
                known_hosts = KnownHosts,
            }
        );
        var uri = created.Headers["Location"];
        Assert.Equal((null, null), (Text(created, "commit_statuses"), Text(created, "api_url")));
        Assert.Contains("`password` is missing", (await Patch(uri, new { commit_statuses = "gitea" })).Error, StringComparison.Ordinal);

        var on = await Patch(
            uri,
            new
            {
                commit_statuses = "gitea",
                api_url = "https://statuses.acme.test/git/",
                password = "p",
            }
        );
        Assert.Equal(("gitea", "https://statuses.acme.test/git"), (Text(on, "commit_statuses"), Text(on, "api_url")));
        Assert.Contains("`password` is missing", (await server.Patch(uri, """{"password": null}""")).Error, StringComparison.Ordinal);
        Assert.Equal("gitea", Text(await server.Patch(uri, """{"api_url": null}"""), "commit_statuses"));

        var off = await server.Patch(uri, """{"commit_statuses": null, "password": null}""");
        Assert.Equal((null, null), (Text(off, "commit_statuses"), Text(off, "api_url")));
        await server.Delete(uri);
    }

    [Theory]
    [InlineData("GitHub.com", "github.com")]
    [InlineData("github.com/", "github.com")]
    [InlineData("https://github.com", "github.com")]
    [InlineData("https://github.com:443/acme/shop.git", "github.com")]
    [InlineData("github.com/acme", "github.com")]
    [InlineData("git@github.com:acme/shop.git", "github.com")]
    [InlineData("ssh://git@git2.acme.test:2222/acme/shop.git", "git2.acme.test:2222")]
    [InlineData("http://git2.acme.test:3000/", "git2.acme.test:3000")]
    [InlineData("git2.acme.test:3000", "git2.acme.test:3000")]
    [InlineData("git2.acme.test:22", "git2.acme.test")]
    [InlineData("https://ida:token@git2.acme.test", "git2.acme.test")]
    [InlineData("gitea", "gitea")]
    [InlineData("[2001:db8::1]:3000", "[2001:db8::1]:3000")]
    [InlineData(" 10.0.0.1 ", "10.0.0.1")]
    public async Task A_git_hosts_host_becomes_canonical_and_is_there_once(string host, string canonical)
    {
        var created = await Post(new { host, password = "p" });
        Assert.True(created.Status == 201, created.Text);
        var uri = created.Headers["Location"];
        Assert.Equal(canonical, Text(created, "host"));
        Assert.Equal(409, (await Post(new { host, password = "p" })).Status);
        var conflict = await Post(new { host = canonical, password = "p" });
        Assert.Equal(409, conflict.Status);
        Assert.DoesNotContain("token", conflict.Text, StringComparison.Ordinal);

        // with its own host a PATCH is no conflict, with another one's it is
        Assert.Equal(200, (await Patch(uri, new { host = canonical, username = "v" })).Status);
        var second = await Post(new { host = "second.acme.test", password = "p" });
        Assert.Equal(409, (await Patch(second.Headers["Location"], new { host })).Status);
        foreach (var each in (string[])[uri, second.Headers["Location"]])
            Assert.Equal(204, (await server.Delete(each)).Status);
    }

    public static TheoryData<string, string> Keys
    {
        get
        {
            using var rsa = RSA.Create(1024);
            using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new()
            {
                { "OpenSSH", OpenSshKey("none") },
                { "RSA", rsa.ExportRSAPrivateKeyPem() },
                { "PKCS #8", rsa.ExportPkcs8PrivateKeyPem() },
                { "EC", ec.ExportECPrivateKeyPem() },
                {
                    "EC with its parameters, as openssl writes it",
                    "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + ec.ExportECPrivateKeyPem()
                },
                { "line ends of Windows", ec.ExportECPrivateKeyPem().Replace("\n", "\r\n", StringComparison.Ordinal) },
                { "line ends lost", ec.ExportECPrivateKeyPem().Replace('\n', ' ') },
            };
        }
    }

    [Theory, MemberData(nameof(Keys))]
    public async Task A_private_key_is_taken_in_every_form_that_ssh_reads(string what, string key)
    {
        var created = await Post(
            new
            {
                host = "keys.acme.test",
                ssh_private_key = "\n" + key + " ",
                known_hosts = KnownHosts,
            }
        );

        Assert.True(created.Status == 201, $"{what}: {created.Text}");
        var stored = (await Stored(created)).PrivateKey!;
        await server.Delete(created.Headers["Location"]);
        Assert.Matches("^-----BEGIN [A-Z ]+-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END [A-Z ]+-----\n$", stored);
        Assert.Equal(PemBytes(key), PemBytes(stored));
    }

    public static TheoryData<string, string> EncryptedKeys
    {
        get
        {
            using var rsa = RSA.Create(1024);
            return new()
            {
                { "OpenSSH", OpenSshKey("aes256-ctr") },
                {
                    "PKCS #8",
                    rsa.ExportEncryptedPkcs8PrivateKeyPem(
                        "passphrase",
                        new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1)
                    )
                },
                {
                    "PEM",
                    rsa.ExportRSAPrivateKeyPem()
                        .Replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", StringComparison.Ordinal)
                },
            };
        }
    }

    [Theory, MemberData(nameof(EncryptedKeys))]
    public async Task A_private_key_with_a_passphrase_is_refused(string what, string key)
    {
        var apiResponse = await Post(
            new
            {
                host = "encrypted.acme.test",
                ssh_private_key = key,
                known_hosts = KnownHosts,
            }
        );

        Assert.True(apiResponse.Status == 400, what);
        Assert.Equal(
            "`ssh_private_key` is encrypted with a passphrase; expected a key without one (\"ssh-keygen -p -f KEY\" takes it away).",
            apiResponse.Error
        );
    }

    [Fact]
    public async Task Known_hosts_are_kept_line_by_line()
    {
        const string Lines =
            "# what ssh-keyscan prints\r\n\r\n[git.acme.test]:2222,10.0.0.1 ssh-rsa AAAA a comment\n@cert-authority *.acme.test "
            + "ssh-ed25519\tAAAA\n|1|aGFzaA==|aGFzaA== ecdsa-sha2-nistp256 AAAA";
        var created = await Post(
            new
            {
                host = "lines.acme.test",
                password = "p",
                known_hosts = Lines,
            }
        );

        Assert.True(created.Status == 201, created.Text);
        Assert.Equal(Lines.Replace("\r", "", StringComparison.Ordinal) + "\n", Text(created, "known_hosts"));
        await server.Delete(created.Headers["Location"]);
    }

    private static string? Text(ApiResponse apiResponse, string member) => apiResponse.Json.GetProperty(member).GetString();

    private static (bool Password, bool Key) Has(ApiResponse apiResponse) =>
        (apiResponse.Json.GetProperty("has_password").GetBoolean(), apiResponse.Json.GetProperty("has_ssh_private_key").GetBoolean());

    /// <summary>As far as one looks at it.</summary>
    private static string OpenSshKey(string cipher) =>
        PemEncoding.WriteString(
            "OPENSSH PRIVATE KEY",
            [.. "openssh-key-v1\0\0\0\0"u8, (byte)cipher.Length, .. Encoding.ASCII.GetBytes(cipher), 0, 0, .. "the key's secret part"u8]
        );

    /// <summary>The last of it.</summary>
    private static byte[] PemBytes(string text)
    {
        var last = text[text.LastIndexOf("-----BEGIN ", StringComparison.Ordinal)..];
        return Convert.FromBase64String(last[PemEncoding.Find(last).Base64Data]);
    }

    private async Task<GitCredential> Stored(ApiResponse created) =>
        (await server.Ledger.FindGitHost(created.Json.GetProperty("uuid").GetGuid(), CancellationToken.None))!.Credential;

    private Task<ApiResponse> Post(object body) => server.Post(GitHosts, JsonSerializer.Serialize(body));

    private Task<ApiResponse> Patch(string uri, object body) => server.Patch(uri, JsonSerializer.Serialize(body));

    private async Task<string> Files()
    {
        var all = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(server.Data, "*.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            all.Append(await reader.ReadToEndAsync());
        }

        return all.ToString();
    }
}
