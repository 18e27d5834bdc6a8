"""The order of things: what the command line, the flows and tests call. Knows no formats, no SQL."""
