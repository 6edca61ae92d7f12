using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Services;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace AutoDeploy.Ledger;

/// <summary>Grain state in the ledger's database. A write is refused when the state is not the one that was read (Orleans' etags).</summary>
public sealed class SqlGrainStorage(SqlLedger ledger) : IGrainStorage
{
    /// <summary>Services as they are stored, so that they need not be read again to see what a write changes.</summary>
    private readonly ConditionalWeakTable<object, StrongBox<Service?>> _stored = [];

    internal const string SelectState = "SELECT etag, json FROM grain_state WHERE name = @name AND grain = @grain";

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var grain = grainId.ToString();
        var found = await ledger.Read(
            session => session.Query(
                SelectState, row => (Etag: row.Number(0), Json: row.Text(1)), ("name", stateName), ("grain", grain)),
            CancellationToken.None);
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

        Remember(grainState);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var grain = grainId.ToString();
        var json = JsonSerializer.Serialize(grainState.State, GrainStateJson.Options);
        var known = grainState.ETag;
        // begins anywhere: the etags of a state that was cleared and written anew do not fit the one before
        var first = Random.Shared.NextInt64(1L << 53);
        var events = await Events(stateName, grain, grainState);
        var (written, stored) = events.Count == 0
            ? await ledger.Write(session => Write(session, stateName, grain, json, known, first), CancellationToken.None)
            : await ledger.WriteEvent(
                session =>
                {
                    var outcome = Write(session, stateName, grain, json, known, first);
                    if (outcome.Written)
                        foreach (var append in events)
                            append(session);
                    return outcome;
                },
                CancellationToken.None);
        if (!written)
            throw Inconsistent("written", stateName, grain, stored, known);
        Remember(grainState);
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
        Remember(grainState);
    }

    /// <summary>The events that tell of what is about to be written. The state that they are told against is the stored one, or the write fails.</summary>
    private async Task<IReadOnlyList<Action<Session>>> Events<T>(string stateName, string grain, IGrainState<T> grainState)
    {
        if (grainState.State is not ServiceState { Service: { } after })
            return [];
        if (!_stored.TryGetValue(grainState, out var before))
        {
            var json = await ledger.Read(
                session => session.First(SelectState, row => row.Text(1), ("name", stateName), ("grain", grain)), CancellationToken.None);
            before = new StrongBox<Service?>(json is null ? null : JsonSerializer.Deserialize<ServiceState>(json, GrainStateJson.Options)!.Service);
        }

        return ledger.EventsOf(before.Value, after);
    }

    private void Remember<T>(IGrainState<T> grainState)
    {
        if (grainState.State is ServiceState state)
            _stored.AddOrUpdate(grainState, new StrongBox<Service?>(state.Service));
    }

    private static (bool Written, string? Stored) Write(Session session, string name, string grain, string json, string? known, long first)
    {
        var etags = known is null
            ? session.Query(
                "INSERT INTO grain_state (name, grain, etag, json) VALUES (@name, @grain, @etag, @json) ON CONFLICT DO NOTHING RETURNING etag",
                row => row.Number(0),
                ("name", name), ("grain", grain), ("etag", first), ("json", json))
            : session.Query(
                "UPDATE grain_state SET etag = etag + 1, json = @json WHERE name = @name AND grain = @grain AND etag = @etag RETURNING etag",
                row => row.Number(0),
                ("json", json), ("name", name), ("grain", grain), ("etag", Number(known)));
        return etags is [var etag] ? (true, Text(etag)) : (false, Stored(session, name, grain));
    }

    private static (bool Cleared, string? Stored) Clear(Session session, string name, string grain, string? known)
    {
        if (known is not null
            && session.Execute(
                "DELETE FROM grain_state WHERE name = @name AND grain = @grain AND etag = @etag",
                ("name", name), ("grain", grain), ("etag", Number(known))) == 1)
            return (true, null);
        var stored = Stored(session, name, grain);
        // never written, and not there: nothing to clear
        return (known is null && stored is null, stored);
    }

    private static string? Stored(Session session, string name, string grain) =>
        session.First(
            "SELECT etag FROM grain_state WHERE name = @name AND grain = @grain", row => Text(row.Number(0)), ("name", name), ("grain", grain));

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
    private static long Number(string etag) => long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
