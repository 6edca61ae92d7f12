using AutoDeploy.Ledger.Database;
using AutoDeploy.Ledger.Secrets;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

/// <summary>
/// Settings, and the key: a setting may be a secret (what is made once for an installation often is), so all are encrypted.
/// </summary>
public sealed partial class SqlLedger
{
    /// <summary>A setting of our own that shows whether the key fits.</summary>
    private const string KeyCheck = "ledger.key_check";

    public Task<string?> GetSetting(string name, CancellationToken cancellationToken) =>
        Read(session => SelectSetting(session, name) is { } box ? Secrets.Open(box, Setting(name)) : null, cancellationToken);

    public async Task<string> InitSetting(string name, string value, CancellationToken cancellationToken)
    {
        var box = await InitSetting(name, Secrets.Seal(value, Setting(name)), cancellationToken);
        return Secrets.Open(box, Setting(name));
    }

    private static string Setting(string name) => $"setting {name}";

    private static byte[]? SelectSetting(Session session, string name) =>
        session.First("SELECT value_sealed FROM settings WHERE name = @name", row => row.Bytes(0), ("name", name));

    private Task<byte[]> InitSetting(string name, byte[] box, CancellationToken cancellationToken) =>
        Write(
            session =>
            {
                session.Execute(
                    "INSERT INTO settings (name, value_sealed) VALUES (@name, @value_sealed) ON CONFLICT (name) DO NOTHING",
                    ("name", name),
                    ("value_sealed", box)
                );
                return SelectSetting(session, name)!;
            },
            cancellationToken
        );

    /// <summary>Finds the key, or makes one for a new ledger. A ledger that holds secrets never gets another key by itself.</summary>
    private async Task OpenSecrets(CancellationToken cancellationToken)
    {
        var check = await Read(session => SelectSetting(session, KeyCheck), cancellationToken);
        var key = _key.Find();
        if (check is not null && key is null)
        {
            throw new LedgerException($"The secrets in {_database.Name} are encrypted and the key is missing: {_key.HowToBring}.");
        }

        var secrets = new SecretBox(key ?? _key.Create());
        check ??= await InitSetting(KeyCheck, secrets.Seal("autodeploy", Setting(KeyCheck)), cancellationToken);
        try
        {
            secrets.Open(check, Setting(KeyCheck));
        }
        catch (LedgerException exception)
        {
            throw new LedgerException(
                $"The secrets in {_database.Name} were encrypted with another key than the one in {_key.Location}.",
                exception
            );
        }

        _secrets = secrets;
    }
}
