-- What each source had of a category on a day: the ledger (see paperradar.coverage).
CREATE TABLE coverage (
    day        DATE NOT NULL,
    category   VARCHAR NOT NULL,
    source     VARCHAR NOT NULL,
    counted_by VARCHAR NOT NULL,   -- announced: day is arXiv's announcement day; submitted: a day in UTC
    state      VARCHAR NOT NULL,
    expected   INTEGER,            -- NULL: nobody knows
    received   INTEGER NOT NULL,
    highest    VARCHAR NOT NULL,   -- the highest identifier of the day, empty for none
    "at"       TIMESTAMP NOT NULL, -- when it was asked, in UTC
    detail     VARCHAR NOT NULL,
    PRIMARY KEY (day, category, source, counted_by)
);

-- Runs of the program that are worth remembering; times in UTC, ended is NULL while one runs or where it was killed.
CREATE TABLE runs (
    id         INTEGER PRIMARY KEY,
    kind       VARCHAR NOT NULL,
    started_by VARCHAR NOT NULL,
    started    TIMESTAMP NOT NULL,
    ended      TIMESTAMP,
    outcome    VARCHAR NOT NULL,   -- empty until it ended
    summary    VARCHAR NOT NULL    -- JSON object
);
