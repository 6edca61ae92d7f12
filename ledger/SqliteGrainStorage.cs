using System.Globalization;
using System.Text.Json;
using AutoDeploy.Ledger.Database;
using Orleans.Storage;

namespace AutoDeploy.Ledger;

/// <summary>
/// Grain state in the ledger's database. A write is refused when the state is not the one that was read (Orleans' etags).
/// </summary>
public sealed class SqliteGrainStorage(SqlLedger ledger) : IGrainStorage
{
    internal const string SelectState = "SELECT etag, json FROM grain_state WHERE name = @name AND grain = @grain";

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var grain = grainId.ToString();
        var found = await ledger.Read(
            session => session.Query(SelectState, row => (Etag: row.Number(0), Json: row.Text(1)), ("name", stateName), ("grain", grain)),
            CancellationToken.None
        );
        if (found is [var (etag, json)])
        {
            grainState.State = JsonSerializer.Deserialize<T>(json, GrainStateJson.Options)!;
            grainState.ETag = Text(etag);
            grainState.RecordExists = true;
        }
        else
        {
            Forget(grainState);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var grain = grainId.ToString();
        var json = JsonSerializer.Serialize(grainState.State, GrainStateJson.Options);
        var known = grainState.ETag;
        // begins anywhere: the etags of a state that was cleared and written anew do not fit the one before
        var first = Random.Shared.NextInt64(1L << 53);
        var (written, stored) = await ledger.Write(session => Write(session, stateName, grain, json, known, first), CancellationToken.None);
        if (!written)
            throw Inconsistent("written", stateName, grain, stored, known);
        grainState.ETag = stored;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var grain = grainId.ToString();
        var known = grainState.ETag;
        var (cleared, stored) = await ledger.Write(session => Clear(session, stateName, grain, known), CancellationToken.None);
        if (!cleared)
            throw Inconsistent("cleared", stateName, grain, stored, known);
        Forget(grainState);
    }

    private static (bool Written, string? Stored) Write(Session session, string name, string grain, string json, string? known, long first)
    {
        var etags = known is null
            ? session.Query(
                "INSERT INTO grain_state (name, grain, etag, json, outbox) VALUES (@name, @grain, @etag, @json, @outbox) "
                    + "ON CONFLICT DO NOTHING RETURNING etag",
                row => row.Number(0),
                ("name", name),
                ("grain", grain),
                ("etag", first),
                ("json", json),
                ("outbox", CarriesEvents(json))
            )
            : session.Query(
                "UPDATE grain_state SET etag = etag + 1, json = @json, outbox = @outbox "
                    + "WHERE name = @name AND grain = @grain AND etag = @etag RETURNING etag",
                row => row.Number(0),
                ("json", json),
                ("outbox", CarriesEvents(json)),
                ("name", name),
                ("grain", grain),
                ("etag", Number(known))
            );
        return etags is [var etag] ? (true, Text(etag)) : (false, Stored(session, name, grain));
    }

    private static (bool Cleared, string? Stored) Clear(Session session, string name, string grain, string? known)
    {
        if (
            known is not null
            && session.Execute(
                "DELETE FROM grain_state WHERE name = @name AND grain = @grain AND etag = @etag",
                ("name", name),
                ("grain", grain),
                ("etag", Number(known))
            ) == 1
        )
            return (true, null);
        var stored = Stored(session, name, grain);
        // never written, and not there: nothing to clear
        return (known is null && stored is null, stored);
    }

    private static string? Stored(Session session, string name, string grain) =>
        session.First(
            "SELECT etag FROM grain_state WHERE name = @name AND grain = @grain",
            row => Text(row.Number(0)),
            ("name", name),
            ("grain", grain)
        );

    /// <summary>A member of that name is a list that is not empty: quotation marks within a text are escaped.</summary>
    private static bool CarriesEvents(string json) => json.Contains("\"Outbox\":[{", StringComparison.Ordinal);

    private static void Forget<T>(IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null!; // some versions of Orleans do not say that it may be
        grainState.RecordExists = false;
    }

    private static InconsistentStateException Inconsistent(string verb, string name, string grain, string? stored, string? known) =>
        new($"The state \"{name}\" of {grain} was not {verb}: somebody else has changed it meanwhile.", stored, known);

    private static string Text(long etag) => etag.ToString(CultureInfo.InvariantCulture);

    /// <summary>An etag that is none of ours fits no row.</summary>
    private static long Number(string etag) =>
        long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
