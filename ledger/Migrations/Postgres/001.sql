-- Uuids are lower-case text, times are whole 100 ns since 1970 (DateTimeOffset's own precision), truth is 0 or 1, words of an enum
-- are its names; the same as in SQLite, so that the same statements do. What is ordered, or looked for as a range, is so by its bytes.
-- Rows of different tables outlive each other (a verdict its deployment, a log line its service's name), so there are no foreign keys:
-- who removes a thing removes what hangs on it.

CREATE TABLE pushes (
    seq          bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid         text     COLLATE "C" NOT NULL UNIQUE,
    sender       text     COLLATE "C" NOT NULL,
    hook         text     COLLATE "C" NOT NULL, -- '' when there is none: no NULL equals another
    delivery     text     COLLATE "C" NOT NULL,
    source       text     COLLATE "C" NOT NULL,
    tag          text     NOT NULL,
    digest       text,
    deleted      smallint NOT NULL,
    pusher       text,
    received     bigint   NOT NULL,
    organization text     NOT NULL,
    open         smallint NOT NULL, -- lacks verdicts
    reached      text     COLLATE "C", -- the last subscriber that the fan-out is known to have served
    ref          text     NOT NULL, -- '' for an image
    commit_id    text,
    skip_asked   smallint NOT NULL,
    UNIQUE (sender, hook, delivery)
);

-- in the order of seq within a source, and without the settled ones
CREATE INDEX pushes_open ON pushes (source, seq) WHERE open = 1;
CREATE INDEX pushes_settled ON pushes (received, seq) WHERE open = 0;

CREATE TABLE services (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid         text   COLLATE "C" NOT NULL UNIQUE,
    organization text   COLLATE "C" NOT NULL,
    name         text   COLLATE "C" NOT NULL,
    state        text   NOT NULL,
    created      bigint NOT NULL
);

CREATE UNIQUE INDEX services_name ON services (organization, name) WHERE state <> 'Terminated';
CREATE INDEX services_created ON services (created, seq);

CREATE TABLE subscriptions (
    source  text COLLATE "C" NOT NULL,
    service text COLLATE "C" NOT NULL,
    PRIMARY KEY (source, service)
);

CREATE INDEX subscriptions_service ON subscriptions (service);

CREATE TABLE verdicts (
    seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid        text   COLLATE "C" NOT NULL,
    push        text   COLLATE "C" NOT NULL,
    service     text   COLLATE "C" NOT NULL,
    kind        text   NOT NULL,
    reason      text   NOT NULL,
    detail      text   NOT NULL,
    deployment  text   COLLATE "C",
    received    bigint NOT NULL,
    held_until  bigint, -- null: not until a time
    approved_by text,
    approved    bigint,
    UNIQUE (push, service)
);

CREATE INDEX verdicts_service ON verdicts (service, received, seq);
CREATE INDEX verdicts_held ON verdicts (service, held_until, push) WHERE kind = 'Held';

CREATE TABLE deployments (
    seq              bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid             text     COLLATE "C" NOT NULL UNIQUE,
    service          text     COLLATE "C" NOT NULL,
    operation        text     NOT NULL,
    state            text     NOT NULL,
    open             smallint NOT NULL, -- has not ended
    cause            text     NOT NULL,
    cause_push       text     COLLATE "C",
    cause_text       text     NOT NULL,
    cause_user       text     NOT NULL,
    cause_ip         text     NOT NULL,
    cause_method     text     NOT NULL,
    cause_path       text     NOT NULL,
    cause_user_agent text     NOT NULL,
    image            text,
    digest           text,
    step             text     NOT NULL,
    reuse_volumes    smallint NOT NULL,
    result           text     NOT NULL,
    created          bigint   NOT NULL,
    started          bigint,
    ended            bigint,
    logged           smallint NOT NULL, -- has log lines
    commit_id        text,
    repository       text,    -- the URL of the one that commit_id is of
    body_sealed      bytea,   -- what a trigger's call brought
    cancel_asked     text,    -- by whom
    switched         bigint,  -- when the new containers had taken over
    rolled_back      smallint NOT NULL,
    back_to          bigint   -- when the version gone back to was first proven
);

CREATE INDEX deployments_open ON deployments (created, seq) WHERE open = 1;
CREATE INDEX deployments_open_service ON deployments (service, created, seq) WHERE open = 1;
CREATE INDEX deployments_created ON deployments (created, seq);
CREATE INDEX deployments_service ON deployments (service, created, seq);
CREATE INDEX deployments_logged ON deployments (ended) WHERE logged = 1;

CREATE TABLE log_lines (
    seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- the line's number
    deployment text   COLLATE "C" NOT NULL,
    time       bigint NOT NULL,
    text       text   NOT NULL
);

CREATE INDEX log_lines_deployment ON log_lines (deployment, seq);

CREATE TABLE hooks (
    seq             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid            text   COLLATE "C" NOT NULL UNIQUE,
    organization    text   COLLATE "C" NOT NULL,
    sender          text   NOT NULL,
    key_hash        bytea  NOT NULL UNIQUE, -- SHA-256
    key_sealed      bytea  NOT NULL,
    secret_sealed   bytea,
    created         bigint NOT NULL,
    -- of a sender whose deliveries carry a token: for whom it has to be, and whose
    audience        text,
    service_account text
);

CREATE INDEX hooks_organization ON hooks (organization, created);

-- what came through a hook with its secret, the last of each hook
CREATE TABLE deliveries (
    seq              bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid             text     COLLATE "C" NOT NULL UNIQUE,
    hook             text     COLLATE "C" NOT NULL,
    number           bigint   GENERATED BY DEFAULT AS IDENTITY,
    received         bigint   NOT NULL,
    sender_id        text,
    content_type     text,
    bytes            bigint   NOT NULL,
    status           integer  NOT NULL,
    result           text     NOT NULL,
    pushes           text     NOT NULL, -- uuids with spaces between them
    redelivered_from text,
    kept             smallint NOT NULL, -- has headers, and a body if it was not too large
    has_body         smallint NOT NULL,
    headers_sealed   bytea,
    body_sealed      bytea,
    UNIQUE (hook, number)
);

CREATE INDEX deliveries_kept ON deliveries (received) WHERE kept = 1;

CREATE TABLE registries (
    seq             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid            text   COLLATE "C" NOT NULL UNIQUE,
    organization    text   COLLATE "C" NOT NULL,
    host            text   COLLATE "C" NOT NULL,
    username        text   NOT NULL,
    password_sealed bytea  NOT NULL,
    created         bigint NOT NULL,
    UNIQUE (organization, host)
);

CREATE TABLE git_hosts (
    seq                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid               text   COLLATE "C" NOT NULL UNIQUE,
    organization       text   COLLATE "C" NOT NULL,
    host               text   COLLATE "C" NOT NULL,
    username           text   NOT NULL,
    password_sealed    bytea,
    private_key_sealed bytea,
    known_hosts        text   NOT NULL,
    created            bigint NOT NULL,
    commit_statuses    text,  -- in whose way it is told what becomes of its commits
    api_url            text,  -- null: where hosts of that kind have it
    UNIQUE (organization, host)
);

-- other names of hosts; without an order of their own, so that names that come from elsewhere are compared with them
CREATE TABLE host_aliases (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid         text   COLLATE "C" NOT NULL UNIQUE,
    organization text   COLLATE "C" NOT NULL,
    alias        text   NOT NULL,
    host         text   NOT NULL,
    created      bigint NOT NULL,
    UNIQUE (organization, alias)
);

CREATE TABLE settings (
    name         text  COLLATE "C" PRIMARY KEY,
    value_sealed bytea NOT NULL
);

CREATE TABLE grain_state (
    name  text   COLLATE "C" NOT NULL,
    grain text   COLLATE "C" NOT NULL,
    etag  bigint NOT NULL,
    json  text   NOT NULL,
    PRIMARY KEY (name, grain)
);

CREATE TABLE triggers (
    seq         bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service     text     COLLATE "C" NOT NULL,
    uuid_hash   bytea    NOT NULL UNIQUE, -- SHA-256
    uuid_sealed bytea    NOT NULL,
    name        text     NOT NULL,
    operation   text     NOT NULL,
    pass_body   smallint NOT NULL,
    created     bigint   NOT NULL
);

CREATE INDEX triggers_service ON triggers (service, created);

-- services that do not wait to be told
CREATE TABLE polls (
    service text    COLLATE "C" PRIMARY KEY,
    source  text    COLLATE "C" NOT NULL,
    seconds integer NOT NULL
);

CREATE INDEX polls_source ON polls (source, seconds);

-- what was seen of the tags of images that are looked at from time to time
CREATE TABLE polls_seen (
    source       text COLLATE "C" NOT NULL,
    organization text COLLATE "C" NOT NULL,
    tag          text COLLATE "C" NOT NULL, -- '': the list of tags has been seen
    digest       text,                      -- what it meant; null where only its name was seen
    PRIMARY KEY (source, organization, tag)
);

-- The event log, how far its consumers have come, and whom to notify of what. Who appends to it has a lock that all who do so share, so
-- that numbers become readable in their order.
CREATE TABLE events (
    seq          bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time         bigint   NOT NULL,
    organization text     COLLATE "C" NOT NULL,
    kind         text     NOT NULL,
    change       text     NOT NULL,
    subject      text     NOT NULL,
    service      text,
    name         text     NOT NULL, -- the service's, '' when there is none
    new_state    smallint NOT NULL,
    json         text     NOT NULL  -- the subject as it was then; of a service its state
);

CREATE INDEX events_organization ON events (organization, seq);

CREATE TABLE events_trimmed (
    organization text   COLLATE "C" PRIMARY KEY,
    seq          bigint NOT NULL -- the newest that was removed
);

CREATE TABLE event_cursors (
    consumer      text    COLLATE "C" PRIMARY KEY,
    position      bigint  NOT NULL,
    attempts      integer NOT NULL,
    failing_since bigint,
    due           bigint,
    delivered     bigint,
    given_up      bigint  NOT NULL,
    last_error    text
);

CREATE TABLE notifications (
    seq           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid          text   COLLATE "C" NOT NULL UNIQUE,
    organization  text   COLLATE "C" NOT NULL,
    type          text   NOT NULL,
    url_sealed    bytea,
    recipients    text   NOT NULL, -- with spaces between them
    events        text   NOT NULL, -- with spaces between them
    services      text   NOT NULL, -- uuids with spaces between them; '' is all
    secret_sealed bytea,
    created       bigint NOT NULL
);

CREATE INDEX notifications_organization ON notifications (organization, created);
