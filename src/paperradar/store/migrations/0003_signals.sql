-- Numbers about papers that were imported from outside (attention counts, votes), and when they were known.
CREATE TABLE signals (
    name       VARCHAR NOT NULL,   -- what was counted, in lower case
    identifier VARCHAR NOT NULL,   -- of a paper that need not be in this database
    day        DATE NOT NULL,      -- the day on which the value was known
    value      DOUBLE NOT NULL,
    PRIMARY KEY (name, identifier, day)
);
