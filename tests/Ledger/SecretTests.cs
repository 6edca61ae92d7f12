using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using Microsoft.Data.Sqlite;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

/// <summary>Who has the file but not the key learns no secret, and changes none unnoticed.</summary>
public sealed class SecretTests : IDisposable
{
    private const string Setting = "a setting that nobody may read";

    private readonly TemporaryDirectory _directory = new();
    private readonly Hook _hook = Hook();
    private readonly RegistryAccount _registryAccount = Registry();
    private readonly GitHost _gitHost = GitHost();
    private readonly Delivery _delivery;

    public SecretTests() => _delivery = Delivery(_hook);

    private GitCredential Credential => _gitHost.Credential;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task No_secret_is_in_the_files_bytes()
    {
        await using (var ledger = await OpenWithSecrets())
            AssertHidden(["autodeploy.db", "autodeploy.db-wal"]);
        AssertHidden(["autodeploy.db"]);

        void AssertHidden(string[] files)
        {
            var bytes = files.SelectMany(file => ReadShared(Path.Combine(_directory.Data, file))).ToArray();
            var key = File.ReadAllText(_directory.KeyFile).Trim();
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(_registryAccount.Username)) >= 0, "the search finds what is there");
            foreach (
                var secret in new[]
                {
                    _hook.Key,
                    _hook.Secret!,
                    _registryAccount.Password,
                    Credential.Password!,
                    Credential.PrivateKey!,
                    Setting,
                    key,
                    "was sent",
                    "acme.com:8080",
                }
            )
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, secret);
            Assert.True(bytes.AsSpan().IndexOf(Convert.FromBase64String(key)) < 0, "the key's bytes");
        }
    }

    [Fact]
    public async Task The_same_secret_looks_different_each_time()
    {
        await using (var ledger = await OpenLedger(_directory.Data))
        {
            await ledger.PutRegistry(Registry("one"), Never);
            await ledger.PutRegistry(Registry("two"), Never);
        }

        // not only the tags at the front: the ciphertexts
        var ends = Query("SELECT hex(substr(password_sealed, -8)) FROM registries");
        Assert.NotEqual(ends[0], ends[1]);
    }

    [Fact]
    public async Task Secrets_are_there_again_after_a_restart()
    {
        await (await OpenWithSecrets()).DisposeAsync();

        await using var ledger = await OpenLedger(_directory.Data);

        Assert.Equal(_hook, await ledger.FindHook(_hook.Key, Never));
        Assert.Equal(_registryAccount, await ledger.FindRegistry(_registryAccount.Uuid, Never));
        Assert.Equal(Setting, await ledger.GetSetting("name", Never));
    }

    [Fact]
    public async Task A_key_that_is_set_is_used_and_no_file_is_made()
    {
        var key = NewKey();
        await (await OpenLedger(_directory.Data, key: key)).DisposeAsync();
        Assert.False(File.Exists(_directory.KeyFile));

        await (await OpenLedger(_directory.Data, key: $" {key}\n")).DisposeAsync();
    }

    [Fact]
    public async Task A_key_that_is_set_wins_over_the_file()
    {
        await (await OpenLedger(_directory.Data)).DisposeAsync();
        var key = File.ReadAllText(_directory.KeyFile);
        File.WriteAllText(_directory.KeyFile, NewKey());

        await (await OpenLedger(_directory.Data, key: key)).DisposeAsync();
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        await (await OpenWithSecrets()).DisposeAsync();
        var wrong = NewKey();

        Assert.Equal(
            $"The secrets in {_directory.File} were encrypted with another key than the one in AUTODEPLOY_SECRET_KEY.",
            await Refusal(wrong)
        );
        File.WriteAllText(_directory.KeyFile, wrong);
        Assert.Equal(
            $"The secrets in {_directory.File} were encrypted with another key than the one in the file secret.key.",
            await Refusal()
        );
    }

    [Fact]
    public async Task A_lost_key_is_not_replaced()
    {
        await (await OpenWithSecrets()).DisposeAsync();
        File.Delete(_directory.KeyFile);

        Assert.Equal(
            $"The secrets in {_directory.File} are encrypted and the key is missing: "
                + $"put the file secret.key back into {_directory.Data}, or set AUTODEPLOY_SECRET_KEY.",
            await Refusal()
        );
        Assert.False(File.Exists(_directory.KeyFile));
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("c2hvcnQ=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public async Task What_is_no_key_is_refused_without_being_shown(string key)
    {
        var set = await Refusal(key);
        Assert.StartsWith("The secret key that is set is not 32 bytes in base64", set, StringComparison.Ordinal);
        Assert.DoesNotContain(key, set);

        File.WriteAllText(_directory.KeyFile, key);
        var file = await Refusal();
        Assert.Equal($"The file {_directory.KeyFile} does not hold 32 bytes in base64.", file);
    }

    [Fact]
    public async Task After_a_refusal_the_right_key_opens_the_same_ledger()
    {
        await (await OpenWithSecrets()).DisposeAsync();
        var right = File.ReadAllText(_directory.KeyFile);
        File.Delete(_directory.KeyFile);
        await using var ledger = Closed(_directory.Data);
        await Assert.ThrowsAsync<LedgerException>(() => ledger.Open(Never));

        File.WriteAllText(_directory.KeyFile, right);
        await ledger.Open(Never);

        Assert.Equal(_hook, await ledger.FindHook(_hook.Key, Never));
    }

    public static TheoryData<string> Tamperings =>
        [
            """
                CREATE TEMP TABLE before AS SELECT * FROM registries;
                UPDATE registries SET password_sealed = (SELECT b.password_sealed FROM before b WHERE b.uuid <> registries.uuid);
                """,
            "UPDATE registries SET password_sealed = CAST(substr(password_sealed, 1, length(password_sealed) - 8) || "
                + "x'0000000000000000' AS BLOB)",
            "UPDATE registries SET password_sealed = x'00'",
            "UPDATE registries SET password_sealed = x''",
            // the password would be sent to another host
            "UPDATE registries SET host = uuid || '.evil.example.com'",
            "UPDATE registries SET token_host = 'evil.example.com'",
        ];

    [Theory, MemberData(nameof(Tamperings))]
    public async Task A_registrys_password_that_was_changed_or_moved_does_not_decrypt(string sql)
    {
        RegistryAccount[] registries = [Registry("one"), Registry("two") with { Password = "the second's" }];
        await using (var ledger = await OpenLedger(_directory.Data))
        {
            foreach (var registryAccount in registries)
                await ledger.PutRegistry(registryAccount, Never);
        }

        Query(sql);

        await using var opened = await OpenLedger(_directory.Data);
        foreach (var registryAccount in registries)
        {
            var exception = await Assert.ThrowsAsync<LedgerException>(() => opened.FindRegistry(registryAccount.Uuid, Never));
            Assert.StartsWith($"The stored secret of registry {registryAccount.Uuid} at ", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(registryAccount.Password, exception.ToString());
        }
    }

    [Theory]
    [InlineData("UPDATE hooks SET secret_sealed = key_sealed")]
    [InlineData("UPDATE hooks SET key_sealed = secret_sealed")]
    [InlineData("UPDATE hooks SET uuid = '00000000-0000-0000-0000-000000000001'")]
    public async Task A_hooks_secrets_that_were_moved_do_not_decrypt(string sql)
    {
        await (await OpenWithSecrets()).DisposeAsync();

        Query(sql);

        await using var ledger = await OpenLedger(_directory.Data);
        var exception = await Assert.ThrowsAsync<LedgerException>(() => ledger.FindHook(_hook.Key, Never));
        Assert.DoesNotContain(_hook.Key, exception.ToString());
        Assert.DoesNotContain(_hook.Secret!, exception.ToString());
    }

    [Theory]
    [InlineData("UPDATE git_hosts SET password_sealed = private_key_sealed")]
    [InlineData("UPDATE git_hosts SET private_key_sealed = password_sealed")]
    [InlineData("UPDATE git_hosts SET uuid = '00000000-0000-0000-0000-000000000001'")]
    // the password would be sent to another host
    [InlineData("UPDATE git_hosts SET host = 'evil.example.com'")]
    [InlineData("UPDATE git_hosts SET api_url = 'https://evil.example.com/'")]
    [InlineData("UPDATE git_hosts SET api_url = NULL")]
    public async Task A_git_hosts_secrets_that_were_moved_do_not_decrypt(string sql)
    {
        await (await OpenWithSecrets()).DisposeAsync();

        Query(sql);

        await using var ledger = await OpenLedger(_directory.Data);
        var exception = await Assert.ThrowsAsync<LedgerException>(() => ledger.ListGitHosts("default", 10, 0, Never));
        Assert.StartsWith("The stored secret of git host ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Credential.Password!, exception.ToString());
        Assert.DoesNotContain("key of the cloner", exception.ToString());
    }

    [Theory]
    [InlineData("UPDATE deliveries SET body_sealed = headers_sealed")]
    [InlineData("UPDATE deliveries SET headers_sealed = body_sealed")]
    [InlineData("UPDATE deliveries SET uuid = '00000000-0000-0000-0000-000000000001'")]
    public async Task A_deliverys_content_that_was_moved_does_not_decrypt(string sql)
    {
        await (await OpenWithSecrets()).DisposeAsync();

        Query(sql);

        await using var ledger = await OpenLedger(_directory.Data);
        var uuid = Assert.Single((await ledger.ListDeliveries(_hook.Uuid, 10, 0, Never)).Items).Uuid;
        var exception = await Assert.ThrowsAsync<LedgerException>(() => ledger.FindDelivery(uuid, Never));
        Assert.DoesNotContain("was sent", exception.ToString());
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static byte[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private async Task<SqlLedger> OpenWithSecrets()
    {
        var ledger = await OpenLedger(_directory.Data);
        await ledger.AddHook(_hook, Never);
        await ledger.AddDelivery(_delivery, Content(), Never);
        await ledger.PutRegistry(_registryAccount, Never);
        await ledger.PutGitHost(_gitHost, Never);
        await ledger.InitSetting("name", Setting, Never);
        return ledger;
    }

    private async Task<string> Refusal(string? key = null)
    {
        await using var ledger = Closed(_directory.Data, key: key);
        return (await Assert.ThrowsAsync<LedgerException>(() => ledger.Open(Never))).Message;
    }

    private List<object?> Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_directory.File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<object?> values = [];
        while (reader.Read())
            values.Add(reader.GetValue(0));
        return values;
    }
}
