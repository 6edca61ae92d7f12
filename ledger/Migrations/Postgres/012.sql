-- The members of a cluster, with the names of Orleans' documentation, too.

ALTER TABLE cluster RENAME TO OrleansMembershipVersionTable;
ALTER TABLE OrleansMembershipVersionTable RENAME COLUMN id TO DeploymentId;
ALTER TABLE OrleansMembershipVersionTable RENAME COLUMN changed TO Timestamp;

ALTER TABLE silo RENAME TO OrleansMembershipTable;
ALTER TABLE OrleansMembershipTable RENAME COLUMN cluster TO DeploymentId;
ALTER TABLE OrleansMembershipTable RENAME COLUMN name TO SiloName;
ALTER TABLE OrleansMembershipTable RENAME COLUMN host_name TO HostName;
ALTER TABLE OrleansMembershipTable RENAME COLUMN gateway_port TO ProxyPort;
ALTER TABLE OrleansMembershipTable RENAME COLUMN suspicions TO SuspectTimes;
ALTER TABLE OrleansMembershipTable RENAME COLUMN started TO StartTime;
ALTER TABLE OrleansMembershipTable RENAME COLUMN alive TO IAmAliveTime;

DELETE FROM OrleansQuery WHERE QueryKey IN (
    'InsertMembershipVersionKey', 'InsertMembershipKey', 'UpdateMembershipKey', 'UpdateIAmAlivetimeKey', 'MembershipReadRowKey',
    'MembershipReadAllKey', 'GatewaysQueryKey', 'DeleteMembershipTableEntriesKey', 'CleanupDefunctSiloEntriesKey');

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', '
    WITH added AS (INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM added'),

-- whoever changes the version holds its row to the end of the statement: nobody else adds the same silo meanwhile
('InsertMembershipKey', '
    WITH changed AS (
        UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now()
        WHERE DeploymentId = @DeploymentId AND Version = @Version AND NOT EXISTS (
            SELECT FROM OrleansMembershipTable AS silo
            WHERE silo.DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
        RETURNING DeploymentId),
    added AS (
        INSERT INTO OrleansMembershipTable (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
        SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM changed
        RETURNING 1)
    SELECT count(*)::integer FROM added'),

('UpdateMembershipKey', '
    WITH changed AS (
        UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now()
        WHERE DeploymentId = @DeploymentId AND Version = @Version AND EXISTS (
            SELECT FROM OrleansMembershipTable AS silo
            WHERE silo.DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
        RETURNING DeploymentId),
    updated AS (
        UPDATE OrleansMembershipTable AS silo SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
        FROM changed
        WHERE silo.DeploymentId = changed.DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
        RETURNING 1)
    SELECT count(*)::integer FROM updated'),

('UpdateIAmAlivetimeKey', '
    UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation'),

-- the version comes also when there is no such silo
('MembershipReadRowKey', '
    SELECT cluster.DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, SuspectTimes, StartTime, IAmAliveTime, Version
    FROM OrleansMembershipVersionTable AS cluster LEFT JOIN OrleansMembershipTable AS silo
        ON silo.DeploymentId = cluster.DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
    WHERE cluster.DeploymentId = @DeploymentId'),

('MembershipReadAllKey', '
    SELECT cluster.DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, SuspectTimes, StartTime, IAmAliveTime, Version
    FROM OrleansMembershipVersionTable AS cluster LEFT JOIN OrleansMembershipTable AS silo ON silo.DeploymentId = cluster.DeploymentId
    WHERE cluster.DeploymentId = @DeploymentId'),

('GatewaysQueryKey', '
    SELECT Address, ProxyPort, Generation
    FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0'),

('DeleteMembershipTableEntriesKey', '
    DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId'),

('CleanupDefunctSiloEntriesKey', '
    DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND Status <> 3 AND IAmAliveTime < @IAmAliveTime');
