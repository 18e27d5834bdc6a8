"""Words of a text as numbers: a tokeniser without state, so that any machine gives a word the same id.

No stemming: it would need a library of its own for little, since vectors already see through word forms.
A change here needs a new LEXICAL_FINGERPRINT; stored tokens of another fingerprint are never mixed in.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LEXICAL_FINGERPRINT = "words-1"

_STOP_WORDS = """
    about after all also among an and any are as at be because been before being between both but by can could did do
    does doing down during each et few for from further had has have having here how however if in into is it its
    itself just may might more most much must no nor not of off on only or other our ours out over own same shall she
    should so some such than that the their theirs them then there these they this those through thus to too under
    until up us upon very via was we were what when where which while who whom whose why will with within without
    would yet you your http https www
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# \emph{...}, \alpha: the name goes, what is in braces stays. Before accents, whose braces may be a command's.
_COMMAND = re.compile(r"\\[A-Za-z]{2,}\*?")
# \"{o}, {\"o}, \'e, \c{c}, \'{\i}: an accent's command and its own braces go, its letter stays.
_ACCENT = re.compile(
    r"(\{)?\\(?:[\"'`^~=.]|[cvuHrk](?=\{))\s*(\{\s*)?(?:\\(?=[ij]\b))?([A-Za-z])(?(2)\s*\})(?(1)\s*\})"
)
_LETTER_COMMAND = re.compile(r"\\[A-Za-z]\*?")
# The combining marks that Latin accents decompose to; other scripts' marks are letters and stay.
_MARKS = re.compile("[\u0300-\u036f]")
# A word, or several joined by hyphens (also the typographic ones).
_COMPOUND = re.compile(r"[^\W_]+(?:[-\u2010\u2011][^\W_]+)*")
_HYPHEN = re.compile("[-\u2010\u2011]")


def words(text: str) -> Iterator[str]:
    """The words that count, in text order, in lower case and without accents.

    A hyphen compound gives its parts and then the whole written together, so that ``pre-training``,
    ``pre training`` and ``pretraining`` meet. Single ASCII characters and stop words are dropped.
    """
    plain = _LETTER_COMMAND.sub(" ", _ACCENT.sub(r"\3", _COMMAND.sub(" ", html.unescape(text))))
    folded = _MARKS.sub("", unicodedata.normalize("NFKD", plain)).casefold()
    for compound in _COMPOUND.findall(unicodedata.normalize("NFKC", folded)):
        parts = _HYPHEN.split(compound)
        yield from (part for part in parts if _counts(part))
        if len(parts) > 1:
            yield "".join(parts)


def tokenise(text: str) -> NDArray[np.uint32]:
    """The ids of the text's words, in text order (see `words`): (n,) uint32.

    An id is the first 32 bits of the word's BLAKE2b hash. Among 150,000 different words about three pairs share
    one, which BM25 does not notice.
    """
    return np.fromiter((_token(word) for word in words(text)), dtype=np.uint32)


def _counts(word: str) -> bool:
    return word not in STOP_WORDS and (len(word) > 1 or not word.isascii())


@lru_cache(maxsize=1 << 17)
def _token(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=4).digest(), "little")
