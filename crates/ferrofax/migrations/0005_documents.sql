-- How many pages of a job are its cover's, in front of the others.
ALTER TABLE jobs ADD COLUMN cover_pages BIGINT NOT NULL DEFAULT 0;
-- The resolution for which its document was drawn, when later jobs of that document may take the pages
-- from here; else empty.
ALTER TABLE jobs ADD COLUMN drawn TEXT NOT NULL DEFAULT '';
CREATE INDEX jobs_drawn ON jobs (document, drawn, id) WHERE drawn <> '';
