-- Jobs that ever came, so that the queue need not be counted.
INSERT INTO counters (name, value) SELECT 'arrived', COUNT(*) FROM jobs;
