"""A frozen list brought up to date: its rows as they were, with today's facts, and what came later below them.

Curators talk about row 12 for days, so no rank may move under them; but a withdrawn paper must say so, and a paper of
yesterday must not be missed. Pure: knows bundles, marks and papers' records, no files and no log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from paperradar.decisions import Mark
from paperradar.papers import Paper
from paperradar.publishing.bundle import Bundle, bundle_id, mark_keys, paper_keys

WITHDRAWN_WORDS = "Withdrawn since the list was frozen. "


def with_late(
    frozen: Bundle,
    current: Bundle,
    *,
    frozen_on: dt.date,
    marks: Mapping[str, Mark],
    papers: Mapping[str, Paper],
    voted: Collection[str] = (),
) -> Bundle:
    """The frozen list as it is to be shown today.

    Rows of ``frozen`` keep their order and all that was judged: rank, score, components, lanes, ``why``. Their marks
    are those of ``marks``, their papers' records those of ``papers`` (both by identifier and of today; a paper that is
    not there is shown as it was). A withdrawn one has ``"withdrawn": true``, and its ``why`` begins with that.

    Below stand rows of ``current``, today's list, in its order, ranks going on: with ``"late": true`` those announced
    on ``frozen_on`` (America/New_York) or later, or on a day that was a gap when the list was frozen; without it those
    that people marked, ``voted`` on or asked back. Everything else is the current list's. ``"frozen"``
    names the frozen bundle, the day, and how many rows are late.
    """
    on_list = {row["identifier"] for row in frozen["rows"]}
    now = {row["identifier"]: row for row in current["rows"]}
    rows = [
        _today(row, now.get(row["identifier"]), on_list, marks.get(row["identifier"], Mark()), papers)
        for row in frozen["rows"]
    ]
    rank = max((row["rank"] for row in rows), default=0)
    late = 0
    # A day's listing may have come after the list was frozen on it, and a gap may have been closed since.
    gaps = {gap["day"] for gap in frozen.get("coverage", {}).get("gaps", ())}
    for row in current["rows"]:
        is_late = row["date"] in gaps or dt.date.fromisoformat(row["date"]) >= frozen_on
        if row["identifier"] in on_list or not (is_late or _wanted(row) or row["identifier"] in voted):
            continue
        rank += 1
        late += is_late
        rows.append({**row, "rank": rank, **({"late": True} if is_late else {})})
    shown = {row["identifier"] for row in rows}
    # A paperradar of today may know components that the frozen rows lack, and the other way round.
    components = [*current["components"], *_lacking(frozen["components"], current["components"])]
    none = {part["name"]: 0 for part in components}
    return {
        **current,
        "components": components,
        "counts": {**current["counts"], "rows": len(rows)},
        "frozen": {"bundle": bundle_id(frozen), "on": frozen_on.isoformat(), "late": late},
        "notes": [_note(frozen_on, late), *current["notes"]],
        "rows": [{**row, "components": none | row["components"]} for row in rows],
        "left_out": [item for item in current["left_out"] if item["identifier"] not in shown],
    }


def _today(
    row: Mapping[str, Any],
    now: Mapping[str, Any] | None,
    on_list: Collection[str],
    mark: Mark,
    papers: Mapping[str, Paper],
) -> Bundle:
    """A frozen row with today's facts. ``now``: the current list's row of the paper, None where it has none."""
    # A list that was frozen anew may have rows that were late, or withdrawn, in the one before.
    kept = {key: value for key, value in row.items() if key not in ("late", "withdrawn")}
    kept["why"] = kept["why"].removeprefix(WITHDRAWN_WORDS)
    paper = papers.get(row["identifier"])
    withdrawn = bool(row.get("withdrawn")) if paper is None else paper.withdrawn
    if withdrawn:
        kept |= {"withdrawn": True, "why": f"{WITHDRAWN_WORDS}{kept['why']}"}
    known = {*on_list, *(member["identifier"] for member in row["story"])}
    joined = [member for member in now["story"] if member["identifier"] not in known] if now else []
    return {**kept, **(paper_keys(paper) if paper else {}), **mark_keys(mark), "story": [*row["story"], *joined]}


def _wanted(row: Mapping[str, Any]) -> bool:
    """Whether a person marked the row, or asked for the paper to come back."""
    return bool(row["decision"] or row["note"] or row["curator"] or row["resurfaced_by"])


def _lacking(parts: Collection[Mapping[str, str]], known: Collection[Mapping[str, str]]) -> list[Mapping[str, str]]:
    names = {part["name"] for part in known}
    return [part for part in parts if part["name"] not in names]


def _note(frozen_on: dt.date, late: int) -> str:
    if not late:
        return f"Frozen on {frozen_on}; no paper announced since is on this list."
    papers, are = ("1 paper", "is") if late == 1 else (f"{late:,} papers", "are")
    return f"Frozen on {frozen_on}; {papers} announced since {are} appended as late."
