-- Papers that OAI-PMH once called deleted, and when they were last seen; times in UTC.
CREATE TABLE deletions (
    identifier VARCHAR PRIMARY KEY,
    deleted_at TIMESTAMP NOT NULL, -- when a source last called it deleted
    whole_at   TIMESTAMP           -- when a source last had it whole, NULL for never since it was first called deleted
);

CREATE VIEW deleted AS SELECT identifier FROM deletions WHERE whole_at IS NULL OR whole_at <= deleted_at;

-- Until now a deletion was written as a withdrawal. Where no text speaks of one, it was a deletion: some time after
-- the record's last change.
INSERT INTO deletions
SELECT identifier, coalesce(updated, DATE '1970-01-01') + INTERVAL 1 DAY, NULL
FROM papers
WHERE withdrawn AND NOT regexp_matches(comments || ' ' || abstract, 'withdraw|removed by', 'i');

UPDATE papers SET withdrawn = false WHERE identifier IN (SELECT identifier FROM deletions);
