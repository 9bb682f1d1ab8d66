-- What was said for the cover page of a job, as JSON; no row when nothing was.
CREATE TABLE covers (
    job    BIGINT PRIMARY KEY,
    fields TEXT NOT NULL
);

-- The ways in which a line delivers what it receives: what a client set; NULL leaves it to the
-- configuration.
CREATE TABLE port_routing (
    port    BIGINT NOT NULL,
    method  TEXT NOT NULL,
    enabled BIGINT,
    target  TEXT,
    PRIMARY KEY (port, method)
);

-- The identity that its running or latest call shows the far end: our TSID, or our CSID.
ALTER TABLE jobs ADD COLUMN ident TEXT NOT NULL DEFAULT '';
-- A sent fax that is still to be copied to the archive: 1.
ALTER TABLE jobs ADD COLUMN archive BIGINT NOT NULL DEFAULT 0;
-- What became of the copy of a fax that goes to a folder, in words.
ALTER TABLE jobs ADD COLUMN delivery TEXT NOT NULL DEFAULT '';
CREATE INDEX jobs_to_archive ON jobs (due_us, id) WHERE archive = 1;
CREATE INDEX jobs_to_route ON jobs (due_us, id) WHERE state = 'routing';
-- The latest fax that a line received.
CREATE INDEX jobs_received_by ON jobs (port, id) WHERE direction = 'receive';

-- Jobs that were not sent and lie in the queue until their days are over.
CREATE INDEX jobs_unsent ON jobs (ended_us, id) WHERE left_seq IS NULL AND state IN ('failed', 'uncertain');

-- Jobs that wait for no discount rate.
CREATE INDEX jobs_due_at_any_hour ON jobs (due_us, id) WHERE state = 'pending' AND discount = 0;

-- The bits of the specific rights of the Fax Service Client API; 127 is all of them.
ALTER TABLE tokens ADD COLUMN rights BIGINT NOT NULL DEFAULT 127;
