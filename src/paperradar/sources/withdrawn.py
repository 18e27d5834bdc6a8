"""Telling withdrawn papers. arXiv has no field for it: the comment or the abstract says so in words."""

from __future__ import annotations

import re

_PAPER = r"(?:(?:current|present|above|entire|arxiv)\s+)?" + (
    r"(?:paper|article|submission|manuscript|preprint|work|version|draft|note|report|e-?print)"
)
# Withdrawn from a conference or a market is not withdrawn from arXiv; neither is an earlier version of this paper.
_WITHDRAWN = r"withdrawn\b(?!\s+from\s+(?!(?:the\s+)?arxiv\b))"
_THIS_PAPER = rf"(?<!\bof\s)\b(?:this|the|our)\s+{_PAPER}"
_IS_WITHDRAWN = (
    r"(?:(?:has|have)\s+been|is|was|are|(?:needs|has|ought)\s+to\s+be|must\s+be|should\s+be)\s+"
    rf"(?:(?:being|now|hereby|temporarily)\s+){{0,2}}{_WITHDRAWN}"
)
_SENTENCE = r"(?:^|[.;!?*:]\s+|[*\[(]\s*)"
_REASON = r"(?:by|due|because|for|as|since|pending|until)\b"
_BY_ARXIV = r"\b(?:withdrawn|removed)\s+by\s+(?:the\s+)?arxiv\b"

# A comment is about the paper itself, an abstract seldom: it has to say so plainly.
_IN_COMMENTS = re.compile(
    "|".join(
        (
            rf"{_THIS_PAPER}\s+{_IS_WITHDRAWN}",
            rf"{_SENTENCE}(?:(?:this|the|our)\s+)?{_PAPER}\s+(?:{_IS_WITHDRAWN}|{_WITHDRAWN})",
            rf"(?:{_SENTENCE}|,\s+){_WITHDRAWN}\s*(?:$|[.,;:!()\]*\u2013\u2014-]|{_REASON})",
            rf"\bit\s+(?:is\s+being|has\s+been)\s+{_WITHDRAWN}",
            rf"\b(?:have|has|are|am|is)\s+(?:withdrawn|withdrawing)\s+(?:this|the|our|my)\s+{_PAPER}\b(?!\s+from\s+(?!(?:the\s+)?arxiv))",
            rf"\bwithdraw\s+(?:it|(?:this|the|our|my)\s+{_PAPER})\b(?!\s+from\s+(?!(?:the\s+)?arxiv))",
            _BY_ARXIV,
        )
    ),
    re.IGNORECASE,
)
_IN_ABSTRACT = re.compile(
    "|".join(
        (
            rf"^[\s*\[(]*(?:(?:this|the|our)\s+)?{_PAPER}\s+(?:{_IS_WITHDRAWN}|{_WITHDRAWN})",
            rf"^[\s*\[(]*{_WITHDRAWN}\s*(?:$|[.,;:!()\]*]|by\s+(?:the\s+)?(?:author|arxiv)|due\s+to\b)",
            rf"{_SENTENCE}this\s+{_PAPER}\s+{_IS_WITHDRAWN}",
            _BY_ARXIV,
        )
    ),
    re.IGNORECASE,
)
_HINT = re.compile("withdraw|removed by", re.IGNORECASE)


def says_withdrawn(comments: str, abstract: str) -> bool:
    """Whether cleaned comments or abstract say that this paper was withdrawn."""
    return bool(
        (_HINT.search(comments) and _IN_COMMENTS.search(comments))
        or (_HINT.search(abstract) and _IN_ABSTRACT.search(abstract))
    )
