using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqliteLedger
{
    internal const string SelectPolls = "SELECT source, MIN(seconds) FROM polls GROUP BY source ORDER BY source";

    internal const string SelectPollingServices = "SELECT service FROM polls WHERE source = @source ORDER BY service";

    public Task SetPoll(Guid service, string source, int seconds, CancellationToken cancellationToken) =>
        Write(
            session => seconds == 0
                ? session.Execute("DELETE FROM polls WHERE service = @service", ("service", service))
                : session.Execute(
                    """
                    INSERT INTO polls (service, source, seconds) VALUES (@service, @source, @seconds)
                    ON CONFLICT (service) DO UPDATE SET source = excluded.source, seconds = excluded.seconds
                    """,
                    ("service", service), ("source", source), ("seconds", seconds)),
            cancellationToken);

    public Task<IReadOnlyList<SourcePoll>> Polls(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<SourcePoll>>(
            session => session.Query(SelectPolls, row => new SourcePoll(row.Text(0), (int)row.Number(1))), cancellationToken);

    public Task<IReadOnlyList<Guid>> PollingServices(string source, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Guid>>(session => session.Query(SelectPollingServices, row => row.Uuid(0), ("source", source)), cancellationToken);
}
