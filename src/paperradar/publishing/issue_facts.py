"""Facts about a paper of an issue, a sentence each: from arXiv's record, the list and the votes, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from paperradar.decisions import Ballot, Vote
from paperradar.papers import clean_text
from paperradar.publishing.csv_sheet import featured_words
from paperradar.publishing.days import day_words


def facts_of(row: Mapping[str, Any], ballots: Mapping[str, Ballot], curators: int) -> tuple[str, ...]:
    """What is known of a paper. ``row``: the bundle's, empty for what has none; ``curators``: how many voted at all."""
    found = [*_record(row), *_links(row), *_list(row)] if row else []
    # Who brought a page in after the votes need not read that nobody picked it.
    if curators and any(ballot.vote for ballot in ballots.values()):
        found.append(_votes(ballots, curators))
    return tuple(found)


def _record(row: Mapping[str, Any]) -> list[str]:
    about = "" if row["date_basis"] == "announced" else "about "
    found = [
        f"Announced {about}{day_words(row['date'])}"
        + (f"; {', '.join(row['categories'])}" if row["categories"] else "")
    ]
    if row.get("withdrawn"):
        found.append("Withdrawn by its authors since the list was frozen")
    if comments := clean_text(row["comments"]):
        found.append(f"The authors' comment on arXiv: {comments}")
    if journal := clean_text(row["journal_ref"]):
        found.append(f"Journal reference: {journal}")
    if doi := clean_text(row["doi"]):
        found.append(f"DOI: {doi}")
    return found


def _links(row: Mapping[str, Any]) -> list[str]:
    code, pages = len(row["code_links"]), len(row["project_links"])
    found = []
    if code:
        found.append(f"The abstract or the comment links to code, data or weights ({code})")
    if pages:
        found.append(f"The abstract or the comment links to other pages ({pages})")
    return found


def _list(row: Mapping[str, Any]) -> list[str]:
    found = [f"Rank {row['rank']} on the list"]
    if story := len(row["story"]):
        found.append(f"{story} near-duplicate{'s' if story > 1 else ''} on arXiv in these weeks")
    if row["featured"]:
        found.append(f"Featured before: {'; '.join(featured_words(item) for item in row['featured'])}")
    return found


def _votes(ballots: Mapping[str, Ballot], curators: int) -> str:
    count = Counter(ballot.vote for ballot in ballots.values() if ballot.vote)
    others = [f"{count[vote]} {vote}" for vote in (Vote.MAYBE, Vote.NO, Vote.MENTION) if count[vote]]
    picked = f"Picked by {count[Vote.PICK]} of {curators} curator{'s' if curators > 1 else ''}"
    return f"{picked} ({', '.join(others)})" if others else picked
