-- Orleans' own tables, with the names of its documentation: states of grains (the rows of grain_state are moved by GrainStateMove) and the
-- members of a cluster. Orleans asks for its queries by the names in orleansquery, gives them parameters by name and reads columns by name.

CREATE TABLE OrleansStorage (
    GrainIdHash            integer      NOT NULL,
    GrainIdN0              bigint       NOT NULL,
    GrainIdN1              bigint       NOT NULL,
    GrainTypeHash          integer      NOT NULL,
    GrainTypeString        varchar(512) COLLATE "C" NOT NULL,
    GrainIdExtensionString varchar(512) COLLATE "C",
    ServiceId              varchar(150) NOT NULL,
    PayloadBinary          bytea, -- JSON
    ModifiedOn             timestamp    NOT NULL,
    Version                integer
);

-- of two who write a state for the first time, one succeeds
CREATE UNIQUE INDEX IX_OrleansStorage ON OrleansStorage
    (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, coalesce(GrainIdExtensionString, ''), ServiceId);

-- states that carry something in a member called Outbox, whatever grain they are of; quotation marks within a text are escaped
CREATE INDEX OrleansStorage_Outbox ON OrleansStorage (GrainTypeString, GrainIdExtensionString, Version)
    WHERE position('"Outbox":[{'::bytea IN PayloadBinary) > 0;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey', '
    SELECT PayloadBinary, Version
    FROM OrleansStorage
    WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        AND GrainTypeString = @GrainTypeString AND coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString::text, '''')
        AND ServiceId = @ServiceId'),

-- The first version is any number: those of a state that was deleted and written anew do not fit the one before. Who gets back the version
-- that it came with has not written.
('WriteToStorageKey', '
    WITH updated AS (
        UPDATE OrleansStorage
        SET PayloadBinary = @PayloadBinary, ModifiedOn = now() AT TIME ZONE ''utc'', Version = Version + 1
        WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
            AND GrainTypeString = @GrainTypeString AND coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString::text, '''')
            AND ServiceId = @ServiceId AND Version = @GrainStateVersion::integer
        RETURNING Version),
    inserted AS (
        INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId,
            PayloadBinary, ModifiedOn, Version)
        SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString::text, @ServiceId,
            @PayloadBinary, now() AT TIME ZONE ''utc'', 1 + floor(random() * 1000000000)::integer
        WHERE @GrainStateVersion::integer IS NULL
        ON CONFLICT DO NOTHING
        RETURNING Version),
    written AS (SELECT Version FROM updated UNION ALL SELECT Version FROM inserted)
    SELECT coalesce((SELECT Version FROM written), @GrainStateVersion::integer) AS NewGrainStateVersion'),

('ClearStorageKey', '
    WITH cleared AS (
        UPDATE OrleansStorage
        SET PayloadBinary = NULL, ModifiedOn = now() AT TIME ZONE ''utc'', Version = Version + 1
        WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
            AND GrainTypeString = @GrainTypeString AND coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString::text, '''')
            AND ServiceId = @ServiceId AND Version = @GrainStateVersion::integer
        RETURNING Version)
    SELECT coalesce((SELECT Version FROM cleared), @GrainStateVersion::integer) AS NewGrainStateVersion'),

('DeleteStorageKey', '
    WITH deleted AS (
        DELETE FROM OrleansStorage
        WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
            AND GrainTypeString = @GrainTypeString AND coalesce(GrainIdExtensionString, '''') = coalesce(@GrainIdExtensionString::text, '''')
            AND ServiceId = @ServiceId AND Version = @GrainStateVersion::integer
        RETURNING Version + 1 AS Version)
    SELECT coalesce((SELECT Version FROM deleted), @GrainStateVersion::integer) AS NewGrainStateVersion');
