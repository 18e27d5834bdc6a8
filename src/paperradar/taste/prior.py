"""The prior that ships with paperradar: what many people's public picks of years teach, as plain numbers.

It holds weights and hashed words, no title, abstract, name or identifier. docs/taste.md says how it was made.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files

from paperradar.ranking import Taste
from paperradar.taste.keeping import read_taste

# The source of its views.
PRIOR_VIEWS = "prior"
PRIOR_FILE = "prior.npz"


@lru_cache(maxsize=1)
def prior() -> Taste | None:
    """The shipped prior; None in a checkout where none was built. Raises InputError where it is damaged."""
    resource = files("paperradar") / "data" / PRIOR_FILE
    if not resource.is_file():
        return None
    with as_file(resource) as path:
        return read_taste(path)
