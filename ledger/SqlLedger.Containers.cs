using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Ledger.Database;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    internal const string SelectContainer = "SELECT 1 FROM containers WHERE engine = @engine AND id = @id";

    internal const string SelectContainersOfEngine = "SELECT id FROM containers WHERE engine = @engine AND recorded < @before";

    internal const string SelectUnsignedDeployment = """
        SELECT s.name FROM deployments d JOIN services s ON s.uuid = d.service
        WHERE d.uuid = @uuid AND d.service = @service AND d.signed = 0 AND d.taken_up > 0
        """;

    public string SignContainer(string statement) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Secrets.ContainerKey, Encoding.UTF8.GetBytes(statement)));

    public Task<bool> KnowsContainer(string engine, string containerId, CancellationToken cancellationToken) =>
        Read(session => session.Any(SelectContainer, ("engine", engine), ("id", containerId)), cancellationToken);

    public Task RecordContainer(string engine, string containerId, Guid serviceId, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return Write(
            session =>
                session.Execute(
                    "INSERT INTO containers (engine, id, service, recorded) VALUES (@engine, @id, @service, @recorded) ON "
                        + "CONFLICT DO NOTHING",
                    ("engine", engine),
                    ("id", containerId),
                    ("service", serviceId),
                    ("recorded", now)
                ),
            cancellationToken
        );
    }

    public Task ForgetContainer(string engine, string containerId, CancellationToken cancellationToken) =>
        Write(
            session =>
                session.Execute("DELETE FROM containers WHERE engine = @engine AND id = @id", ("engine", engine), ("id", containerId)),
            cancellationToken
        );

    public async Task ForgetContainersExcept(
        string engine,
        IReadOnlyCollection<string> containerIds,
        DateTimeOffset before,
        CancellationToken cancellationToken
    )
    {
        var known = await Read(
            session => session.Query(SelectContainersOfEngine, row => row.Text(0), ("engine", engine), ("before", before)),
            cancellationToken
        );
        foreach (var some in known.Except(containerIds).Chunk(TrimBatchRows))
            await Write(
                session =>
                    some.Sum(id =>
                        session.Execute("DELETE FROM containers WHERE engine = @engine AND id = @id", ("engine", engine), ("id", id))
                    ),
                cancellationToken
            );
    }

    public Task<string?> FindUnsignedDeployment(Guid serviceId, Guid deploymentId, CancellationToken cancellationToken) =>
        Read(
            session => session.First(SelectUnsignedDeployment, row => row.Text(0), ("uuid", deploymentId), ("service", serviceId)),
            cancellationToken
        );
}
