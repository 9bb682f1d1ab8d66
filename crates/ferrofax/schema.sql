CREATE TABLE attempts (
    job        BIGINT NOT NULL,
    attempt    BIGINT NOT NULL,
    port       BIGINT NOT NULL,
    started_us BIGINT NOT NULL,
    ended_us   BIGINT,
    failure    BIGINT,
    uncertain  BIGINT NOT NULL,
    broken     BIGINT NOT NULL,
    first_page BIGINT NOT NULL,
    pages      BIGINT NOT NULL,
    octets     BIGINT NOT NULL,
    rate       TEXT NOT NULL,
    ecm        BIGINT NOT NULL,
    coding     TEXT NOT NULL,
    remote     TEXT NOT NULL,
    PRIMARY KEY (job, attempt)
);

CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

CREATE TABLE covers (
    job    BIGINT PRIMARY KEY,
    fields TEXT NOT NULL
);

CREATE TABLE documents (
    id         BIGINT PRIMARY KEY,
    user_name  TEXT NOT NULL,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    octets     BIGINT NOT NULL,
    created_us BIGINT NOT NULL
);

CREATE TABLE events (
    id    BIGINT PRIMARY KEY,
    at_us BIGINT NOT NULL,
    kind  TEXT NOT NULL,
    job   BIGINT
);

CREATE TABLE idempotency (
    user_name   TEXT NOT NULL,
    client_key  TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    job         BIGINT NOT NULL,
    created_us  BIGINT NOT NULL,
    PRIMARY KEY (user_name, client_key)
);

CREATE TABLE jobs (
    id                BIGINT PRIMARY KEY,
    direction         TEXT NOT NULL,
    state             TEXT NOT NULL,
    held              BIGINT NOT NULL,
    cancel_requested  BIGINT NOT NULL,
    attempts          BIGINT NOT NULL,
    due_us            BIGINT NOT NULL,
    created_us        BIGINT NOT NULL,
    ended_us          BIGINT,
    created_seq       BIGINT NOT NULL,
    left_seq          BIGINT,
    document          BIGINT,
    user_name         TEXT NOT NULL,
    number            TEXT NOT NULL,
    dialled           TEXT NOT NULL,
    recipient_name    TEXT NOT NULL,
    sender_name       TEXT NOT NULL,
    sender_company    TEXT NOT NULL,
    sender_department TEXT NOT NULL,
    tsid              TEXT NOT NULL,
    billing_code      TEXT NOT NULL,
    display_name      TEXT NOT NULL,
    discount          BIGINT NOT NULL,
    pages             BIGINT NOT NULL,
    pages_confirmed   BIGINT NOT NULL,
    octets            BIGINT NOT NULL,
    failure           BIGINT,
    port              BIGINT,
    caller            TEXT NOT NULL,
    remote            TEXT NOT NULL,
    -- The last confirmation was about to be asked for and is not recorded.
    window_open       BIGINT NOT NULL,
    -- The running attempt; what it left behind when there is none.
    device            TEXT NOT NULL,
    phase             TEXT NOT NULL,
    page              BIGINT NOT NULL,
    rate_bps          BIGINT NOT NULL,
    ecm               BIGINT NOT NULL,
    started_us        BIGINT NOT NULL
, ident TEXT NOT NULL DEFAULT '', archive BIGINT NOT NULL DEFAULT 0, delivery TEXT NOT NULL DEFAULT '', cover_pages BIGINT NOT NULL DEFAULT 0, drawn TEXT NOT NULL DEFAULT '');

CREATE INDEX jobs_active ON jobs (port, started_us) WHERE state = 'active';

CREATE INDEX jobs_drawn ON jobs (document, drawn, id) WHERE drawn <> '';

CREATE INDEX jobs_due ON jobs (due_us, id) WHERE state = 'pending';

CREATE INDEX jobs_due_at_any_hour ON jobs (due_us, id) WHERE state = 'pending' AND discount = 0;

CREATE INDEX jobs_in_queue ON jobs (id, created_seq, left_seq) WHERE left_seq IS NULL;

CREATE INDEX jobs_left ON jobs (left_seq, id, created_seq) WHERE left_seq IS NOT NULL;

CREATE INDEX jobs_received ON jobs (id) WHERE direction = 'receive';

CREATE INDEX jobs_received_by ON jobs (port, id) WHERE direction = 'receive';

CREATE INDEX jobs_to_archive ON jobs (due_us, id) WHERE archive = 1;

CREATE INDEX jobs_to_route ON jobs (due_us, id) WHERE state = 'routing';

CREATE INDEX jobs_unsent ON jobs (ended_us, id) WHERE left_seq IS NULL AND state IN ('failed', 'uncertain');

CREATE TABLE pages (
    job        BIGINT NOT NULL,
    page       BIGINT NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    resolution TEXT NOT NULL,
    octets     BIGINT NOT NULL,
    bad_rows   BIGINT NOT NULL,
    coding     TEXT NOT NULL,
    PRIMARY KEY (job, page)
);

CREATE TABLE port_routing (
    port    BIGINT NOT NULL,
    method  TEXT NOT NULL,
    enabled BIGINT,
    target  TEXT,
    PRIMARY KEY (port, method)
);

CREATE TABLE ports (
    id       BIGINT PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    priority BIGINT NOT NULL,
    -- What a client set; NULL leaves it to the configuration.
    rings    BIGINT,
    csid     TEXT,
    tsid     TEXT,
    sends    BIGINT,
    receives BIGINT
);

CREATE TABLE reservations (
    kind TEXT NOT NULL,
    id   BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE TABLE server_properties (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE tokens (
    digest     TEXT PRIMARY KEY,
    user_name  TEXT NOT NULL,
    created_us BIGINT NOT NULL
, rights BIGINT NOT NULL DEFAULT 127);
