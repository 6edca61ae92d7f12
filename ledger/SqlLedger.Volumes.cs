using System.Data.Common;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;
using AutoDeploy.Volumes;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const string VolumeColumns =
        "uuid, organization, engine, name, service, service_name, slot, generation, path, created, released, remove_at, removing";

    internal const string SelectVolume = $"SELECT {VolumeColumns} FROM volumes WHERE uuid = @uuid";

    internal const string SelectVolumeByName = $"SELECT {VolumeColumns} FROM volumes WHERE engine = @engine AND name = @name";

    internal const string SelectVolumesOfService =
        $"SELECT {VolumeColumns} FROM volumes WHERE service = @service AND removing = 0 ORDER BY seq";

    /// <summary>A service that is there has them; of one whose row is not there yet nothing is known.</summary>
    private const string HasService = "EXISTS (SELECT 1 FROM services s WHERE s.uuid = volumes.service AND s.state <> 'Terminated')";

    public Task AddVolumes(IReadOnlyList<VolumeRecord> volumes, CancellationToken cancellationToken) =>
        volumes.Count == 0 ? Task.CompletedTask : Write(session => volumes.Sum(volume => Add(session, volume)), cancellationToken);

    public Task<IReadOnlyList<VolumeRecord>> ListVolumesOfService(Guid serviceId, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<VolumeRecord>>(
            session => session.Query(SelectVolumesOfService, ReadVolume, ("service", serviceId)),
            cancellationToken
        );

    public Task<VolumeRecord?> FindVolume(Guid uuid, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectVolume, ReadVolume, ("uuid", uuid)), cancellationToken);

    public Task<VolumeRecord?> FindVolume(string engine, string name, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectVolumeByName, ReadVolume, ("engine", engine), ("name", name)), cancellationToken);

    public Task<Page<VolumeRecord>> ListVolumes(VolumeFilter filter, int limit, int offset, CancellationToken cancellationToken) =>
        Read(
            session =>
                new WhereClause()
                    .And("organization = @organization", "organization", filter.Organization)
                    .And("uuid = @uuid", "uuid", filter.Uuid)
                    .And("name = @name", "name", filter.Name)
                    .And("service = @service", "service", filter.ServiceId)
                    .And("engine = @engine", "engine", filter.Engine)
                    .Page(session, VolumeColumns, "volumes", "created DESC, seq DESC", ReadVolume, limit, offset),
            cancellationToken
        );

    public Task<bool> AttachVolume(Guid volumeId, Guid serviceId, string serviceName, string path, CancellationToken cancellationToken) =>
        Write(
            session =>
            {
                session.Lock($"volume {volumeId}");
                if (
                    session.Any(
                        "SELECT 1 FROM volumes WHERE uuid = @uuid AND service = @service AND removing = 0",
                        ("uuid", volumeId),
                        ("service", serviceId)
                    )
                )
                    return true;
                return session.Execute(
                        $"""
                        UPDATE volumes
                        SET service = @service, service_name = @service_name, slot = 0, generation = 0, path = @path, released = NULL,
                          remove_at = NULL
                        WHERE uuid = @uuid AND removing = 0 AND NOT {HasService}
                        """,
                        ("service", serviceId),
                        ("service_name", serviceName),
                        ("path", path),
                        ("uuid", volumeId)
                    ) == 1;
            },
            cancellationToken
        );

    public Task ReleaseVolumes(Guid serviceId, DateTimeOffset now, DateTimeOffset removeAt, CancellationToken cancellationToken) =>
        Write(
            session =>
                session.Execute(
                    "UPDATE volumes SET released = @now, remove_at = @remove_at WHERE service = @service AND released IS NULL",
                    ("now", now),
                    ("remove_at", removeAt),
                    ("service", serviceId)
                ),
            cancellationToken
        );

    public Task KeepVolumes(Guid serviceId, CancellationToken cancellationToken) =>
        Write(
            session =>
                session.Execute(
                    "UPDATE volumes SET released = NULL, remove_at = NULL WHERE service = @service AND released IS NOT NULL",
                    ("service", serviceId)
                ),
            cancellationToken
        );

    public Task MarkForRemoval(IReadOnlyCollection<Guid> volumeIds, CancellationToken cancellationToken) =>
        volumeIds.Count == 0
            ? Task.CompletedTask
            : Write(
                session =>
                    volumeIds.Sum(volumeId => session.Execute("UPDATE volumes SET removing = 1 WHERE uuid = @uuid", ("uuid", volumeId))),
                cancellationToken
            );

    public Task<IReadOnlyList<VolumeRecord>> MarkDueForRemoval(
        DateTimeOffset now,
        DateTimeOffset removeAt,
        int limit,
        CancellationToken cancellationToken
    ) =>
        Write<IReadOnlyList<VolumeRecord>>(
            session =>
            {
                session.Execute(
                    $"UPDATE volumes SET released = @now, remove_at = @remove_at WHERE released IS NULL AND NOT {HasService}",
                    ("now", now),
                    ("remove_at", removeAt)
                );
                session.Execute(
                    $"UPDATE volumes SET removing = 1 WHERE removing = 0 AND remove_at <= @now AND NOT {HasService}",
                    ("now", now)
                );
                return session.Query(
                    $"SELECT {VolumeColumns} FROM volumes WHERE removing = 1 ORDER BY seq LIMIT @limit",
                    ReadVolume,
                    ("limit", limit)
                );
            },
            cancellationToken
        );

    public Task RemoveVolumeRecord(Guid volumeId, CancellationToken cancellationToken) =>
        Write(session => session.Execute("DELETE FROM volumes WHERE uuid = @uuid", ("uuid", volumeId)), cancellationToken);

    private static int Add(Session session, VolumeRecord volume) =>
        session.Execute(
            """
            INSERT INTO volumes (uuid, organization, engine, name, service, service_name, slot, generation, path, created, released,
              remove_at, removing)
            VALUES (@uuid, @organization, @engine, @name, @service, @service_name, @slot, @generation, @path, @created, @released,
              @remove_at, @removing)
            ON CONFLICT DO NOTHING
            """,
            ("uuid", volume.Uuid),
            ("organization", volume.Organization),
            ("engine", volume.Engine),
            ("name", volume.Name),
            ("service", volume.ServiceId),
            ("service_name", volume.ServiceName),
            ("slot", (long)volume.Slot),
            ("generation", (long)volume.Generation),
            ("path", volume.Path),
            ("created", volume.Created),
            ("released", volume.Released),
            ("remove_at", volume.RemoveAt),
            ("removing", volume.IsBeingRemoved)
        );

    private static VolumeRecord ReadVolume(DbDataReader row) =>
        new()
        {
            Uuid = row.Uuid(0),
            Organization = row.Text(1),
            Engine = row.Text(2),
            Name = row.Text(3),
            ServiceId = row.Uuid(4),
            ServiceName = row.Text(5),
            Slot = (int)row.Number(6),
            Generation = (int)row.Number(7),
            Path = row.Text(8),
            Created = row.Time(9),
            Released = row.TimeOrNull(10),
            RemoveAt = row.TimeOrNull(11),
            IsBeingRemoved = row.Flag(12),
        };
}
