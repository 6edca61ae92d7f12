-- Where the silos of a cluster meet. Orleans asks for its queries by the names in orleansquery, gives them parameters by name and reads
-- columns by name; the tables are ours.

-- Every change of a cluster's members gives it the next version, so that of two who change it at the same time one has to look again.
CREATE TABLE cluster (
    id      text PRIMARY KEY,
    version integer NOT NULL DEFAULT 0,
    changed timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE silo (
    cluster      text NOT NULL REFERENCES cluster (id) ON DELETE CASCADE,
    address      text NOT NULL,
    port         integer NOT NULL,
    -- a silo that is started again at the same address is another one
    generation   integer NOT NULL,
    name         text NOT NULL,
    host_name    text NOT NULL,
    -- 3 is a member, what is higher has gone or is going
    status       integer NOT NULL,
    -- where clients come in; 0: nowhere
    gateway_port integer NOT NULL,
    -- who thinks since when that it is gone, as Orleans writes it
    suspicions   text,
    started      timestamptz NOT NULL,
    alive        timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation)
);

CREATE TABLE orleansquery (
    querykey  text PRIMARY KEY,
    querytext text NOT NULL
);

INSERT INTO orleansquery (querykey, querytext) VALUES
('InsertMembershipVersionKey', '
    WITH added AS (INSERT INTO cluster (id) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM added'),

-- whoever changes the version holds its row to the end of the statement: nobody else adds the same silo meanwhile
('InsertMembershipKey', '
    WITH changed AS (
        UPDATE cluster SET version = version + 1, changed = now()
        WHERE id = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT FROM silo
            WHERE silo.cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING id),
    added AS (
        INSERT INTO silo (cluster, address, port, generation, name, host_name, status, gateway_port, started, alive)
        SELECT id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM changed
        RETURNING 1)
    SELECT count(*)::integer FROM added'),

('UpdateMembershipKey', '
    WITH changed AS (
        UPDATE cluster SET version = version + 1, changed = now()
        WHERE id = @DeploymentId AND version = @Version AND EXISTS (
            SELECT FROM silo
            WHERE silo.cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING id),
    updated AS (
        UPDATE silo SET status = @Status, suspicions = @SuspectTimes, alive = @IAmAliveTime
        FROM changed
        WHERE silo.cluster = changed.id AND address = @Address AND port = @Port AND generation = @Generation
        RETURNING 1)
    SELECT count(*)::integer FROM updated'),

('UpdateIAmAlivetimeKey', '
    UPDATE silo SET alive = @IAmAliveTime
    WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation'),

-- the version comes also when there is no such silo
('MembershipReadRowKey', '
    SELECT cluster.id AS DeploymentId, address AS Address, port AS Port, generation AS Generation, name AS SiloName, host_name AS HostName,
        status AS Status, gateway_port AS ProxyPort, suspicions AS SuspectTimes, started AS StartTime, alive AS IAmAliveTime, version AS Version
    FROM cluster LEFT JOIN silo ON silo.cluster = cluster.id AND address = @Address AND port = @Port AND generation = @Generation
    WHERE cluster.id = @DeploymentId'),

('MembershipReadAllKey', '
    SELECT cluster.id AS DeploymentId, address AS Address, port AS Port, generation AS Generation, name AS SiloName, host_name AS HostName,
        status AS Status, gateway_port AS ProxyPort, suspicions AS SuspectTimes, started AS StartTime, alive AS IAmAliveTime, version AS Version
    FROM cluster LEFT JOIN silo ON silo.cluster = cluster.id
    WHERE cluster.id = @DeploymentId'),

('GatewaysQueryKey', '
    SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation
    FROM silo WHERE cluster = @DeploymentId AND status = @Status AND gateway_port > 0'),

('DeleteMembershipTableEntriesKey', '
    DELETE FROM cluster WHERE id = @DeploymentId'),

('CleanupDefunctSiloEntriesKey', '
    DELETE FROM silo WHERE cluster = @DeploymentId AND status <> 3 AND alive < @IAmAliveTime');
