using System.Text;
using Orleans.Storage;

namespace AutoDeploy.Ledger.Database;

/// <summary>
/// Moves the states of grains from our former table to Orleans' own. Orleans finds a state by hashes of the grain's key and of the state's
/// name,
/// which only its code computes. The version of a state becomes one that fits Orleans' smaller column.
/// </summary>
internal static class GrainStateMove
{
    private const int Rows = 500;

    private const int Versions = 1_000_000_000;

    private static readonly OrleansDefaultHasher Hasher = new();

    public static void Run(Session session)
    {
        var (name, grain) = ("", "");
        while (true)
        {
            var rows = session.Query(
                "SELECT name, grain, etag, json FROM grain_state WHERE (name, grain) > (@name, @grain) ORDER BY name, grain LIMIT @rows",
                row => (Name: row.Text(0), Grain: row.Text(1), Version: Version(row.Number(2)), Json: row.Text(3)),
                ("name", name),
                ("grain", grain),
                ("rows", Rows)
            );
            if (rows is [])
                break;
            foreach (var row in rows)
                Write(session, row.Name, GrainId.Parse(row.Grain), row.Version, row.Json);
            (name, grain, _, _) = rows[^1];
        }

        session.Execute($"UPDATE services SET version = version % {Versions} + 1 WHERE version > 0");
        session.Script("DROP TABLE grain_state");
    }

    private static void Write(Session session, string name, GrainId grain, int version, string json)
    {
        var key = Key(grain);
        session.Execute(
            """
            INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString,
              ServiceId,
                PayloadBinary, ModifiedOn, Version)
            VALUES (@id_hash, @n0, @n1, @type_hash, @type, @extension, @service, @payload, now() AT TIME ZONE 'utc', @version)
            """,
            ("id_hash", Hasher.Hash(key.Bytes)),
            ("n0", key.N0),
            ("n1", key.N1),
            ("type_hash", Hasher.Hash(Encoding.UTF8.GetBytes(name))),
            ("type", name),
            ("extension", key.Extension),
            ("service", LedgerExtensions.ServiceId),
            ("payload", Encoding.UTF8.GetBytes(json)),
            ("version", version)
        );
    }

    /// <summary>A grain's key as Orleans' provider stores it, and the bytes that it hashes.</summary>
    private static (long N0, long N1, string? Extension, byte[] Bytes) Key(GrainId grain)
    {
        byte[] number;
        var (n0, n1) = (0L, 0L);
        if (grain.TryGetGuidKey(out var uuid, out var extension))
        {
            number = uuid.ToByteArray();
            (n0, n1) = (BitConverter.ToInt64(number, 0), BitConverter.ToInt64(number, 8));
        }
        else if (grain.TryGetIntegerKey(out n1, out extension))
        {
            number = BitConverter.GetBytes(n1);
        }
        else
        {
            (number, n1, extension) = ([], 0, grain.Key.ToString());
        }

        byte[] bytes = [.. number, .. Encoding.UTF8.GetBytes(extension ?? "")];
        if (BitConverter.IsLittleEndian)
            Array.Reverse(bytes);
        return (n0, n1, extension, bytes);
    }

    private static int Version(long etag) => (int)(etag % Versions) + 1;
}
