-- One row a paper: its content as of the highest version known.
-- stamps: JSON object, which fields were last filled by a record older than `updated` (see store/merging.py).
CREATE TABLE papers (
    identifier   VARCHAR PRIMARY KEY,
    version      INTEGER NOT NULL,
    title        VARCHAR NOT NULL,
    abstract     VARCHAR NOT NULL,
    abstract_by  VARCHAR NOT NULL,
    authors      VARCHAR NOT NULL,   -- JSON: [[family, given, suffix], ...]
    categories   VARCHAR NOT NULL,   -- as arXiv writes them: split by spaces, the primary one first
    comments     VARCHAR NOT NULL,
    journal_ref  VARCHAR NOT NULL,
    doi          VARCHAR NOT NULL,
    report_no    VARCHAR NOT NULL,
    license      VARCHAR NOT NULL,
    submitter    VARCHAR NOT NULL,
    updated      DATE,
    withdrawn    BOOLEAN NOT NULL,
    reference    BOOLEAN NOT NULL,
    text_hash    VARCHAR NOT NULL,
    announced_on DATE NOT NULL,
    basis        VARCHAR NOT NULL,   -- announced, submitted or identifier
    stamps       VARCHAR NOT NULL
);

-- created is in UTC; midnight exactly means that only the day is known.
CREATE TABLE versions (
    identifier VARCHAR NOT NULL,
    number     INTEGER NOT NULL,
    created    TIMESTAMP,
    PRIMARY KEY (identifier, number)
);

-- Which sources named a paper: a set, so that the order of imports does not matter.
CREATE TABLE paper_sources (
    identifier VARCHAR NOT NULL,
    source     VARCHAR NOT NULL,
    PRIMARY KEY (identifier, source)
);

-- What arXiv's listings said. The paper itself may come later.
CREATE TABLE announcements (
    identifier VARCHAR NOT NULL,
    version    INTEGER NOT NULL,
    category   VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,
    day        DATE NOT NULL,
    PRIMARY KEY (identifier, version, category, kind, day)
);

-- How far each file came. The prefix is of the decompressed bytes up to `position`.
CREATE TABLE imports (
    source        VARCHAR PRIMARY KEY,
    position      BIGINT NOT NULL,
    lines         BIGINT NOT NULL,
    records       BIGINT NOT NULL,
    prefix_sha256 VARCHAR NOT NULL,
    file_sha256   VARCHAR NOT NULL,
    done          BOOLEAN NOT NULL
);

CREATE TABLE set_aside (
    source  VARCHAR NOT NULL,
    line    BIGINT NOT NULL,
    reason  VARCHAR NOT NULL,
    excerpt VARCHAR NOT NULL,
    PRIMARY KEY (source, line)
);

-- Whatever turns a text into features; dim is that of its vectors, NULL for lexical ones.
CREATE TABLE encoders (
    id          INTEGER PRIMARY KEY,
    fingerprint VARCHAR NOT NULL UNIQUE,
    description VARCHAR NOT NULL,   -- JSON object
    dim         INTEGER
);

-- vector: dim little-endian numbers of dtype (float16 or float32).
CREATE TABLE vectors (
    encoder   INTEGER NOT NULL,
    text_hash VARCHAR NOT NULL,
    dtype     VARCHAR NOT NULL,
    dim       INTEGER NOT NULL,
    vector    BLOB NOT NULL,
    PRIMARY KEY (encoder, text_hash)
);

-- tokens: little-endian uint32 numbers in text order.
CREATE TABLE tokens (
    encoder   INTEGER NOT NULL,
    text_hash VARCHAR NOT NULL,
    tokens    BLOB NOT NULL,
    PRIMARY KEY (encoder, text_hash)
);
