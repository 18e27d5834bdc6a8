"""Ranking: pure functions over arrays and values. `rank` is the only code that orders papers."""
