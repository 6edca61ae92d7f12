using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    internal const string SelectEngines = "SELECT name FROM engines WHERE seen >= @since ORDER BY name";

    /// <summary>When an engine is seen that need not be seen again.</summary>
    private static readonly DateTimeOffset Always = DateTimeOffset.MaxValue;

    public Task RecordEngines(IReadOnlyCollection<string> names, bool alone, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return Write(
            session =>
            {
                session.Execute(
                    "DELETE FROM engines WHERE seen < @before OR seen > @after",
                    ("before", alone ? Always : now - IEngineLedger.EngineRetention),
                    ("after", alone ? now : now + IEngineLedger.EngineRetention)
                );
                foreach (var name in names)
                    session.Execute(
                        "INSERT INTO engines (name, seen) VALUES (@name, @seen) ON CONFLICT (name) DO UPDATE SET seen = excluded.seen",
                        ("name", name),
                        ("seen", alone ? Always : now)
                    );
                return names.Count;
            },
            cancellationToken
        );
    }

    public Task<IReadOnlyList<string>> ListEngines(TimeSpan lately, CancellationToken cancellationToken)
    {
        var since = _time.GetUtcNow() - lately;
        return Read<IReadOnlyList<string>>(
            session => session.Query(SelectEngines, row => row.Text(0), ("since", since)),
            cancellationToken
        );
    }
}
