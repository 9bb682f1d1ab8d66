-- A picture of the queue is counted and paged in the indexes alone.
DROP INDEX jobs_in_queue;
CREATE INDEX jobs_in_queue ON jobs (id, created_seq, left_seq) WHERE left_seq IS NULL;
DROP INDEX jobs_left;
CREATE INDEX jobs_left ON jobs (left_seq, id, created_seq) WHERE left_seq IS NOT NULL;
