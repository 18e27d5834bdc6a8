"""Made-up issues for the tests of publishing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from paperradar.decisions import Ballot, Place, PlaceRole, State, Vote, page_identifier
from paperradar.publishing import Bundle
from paperradar.publishing.issue import Chosen, Voting, issue_of
from paperradar.publishing.issue_plots import Trend
from paperradar.publishing.issue_values import Issue
from paperradar.publishing.news import NewsItem
from tests.publishing.builders import bundle, full_row, paper, row

PAGE = "https://lab.example/post"
NEWS = (NewsItem(text="A model came out", link="https://news.example/a", source="A lab"), NewsItem(text="A date"))
TREND = Trend(("2022-02", "2022-03", "2022-04"), (None, 900, 1100), {"Diffusion": (0.02, 0.03, 0.05)})


def ballot(vote: Vote | None, note: str = "") -> Ballot:
    return Ballot(vote, note, dt.datetime(2022, 5, 2, tzinfo=dt.UTC), "", "entry")


def place(identifier: str, rank: int | None = None, role: PlaceRole = "top10", **keys: str) -> Place:
    return Place(identifier, role, rank, keys.get("why", ""), keys.get("group", ""), "Ann", "entry")


def chosen(of: Mapping[str, Any], where: Place, **ballots: Ballot) -> Chosen:
    """A row of a bundle, as it was chosen."""
    return Chosen(where, of["title"], tuple(of["authors"]), of["links"]["abs"], of, "", ballots)


def page(rank: int | None = None, **keys: Any) -> Chosen:
    """A page that is no paper of arXiv's."""
    known = {"title": "A post", "authors": ("Kim Lee",), "url": PAGE, "source": "A lab", **keys}
    return Chosen(place(page_identifier(known["url"]), rank), **known)


def made_bundle() -> Bundle:
    """Forty rows: the first has everything, the others turn by turn the lanes and topics of the builders."""
    return bundle([full_row(), *(row(rank) for rank in range(2, 41))])


def made_issue(**keys: Any) -> Issue:
    """Ten entries, the first a page, the last a group of two; and two mentions."""
    rows = made_bundle()["rows"]
    ones = [
        page(1),
        chosen(
            rows[0],
            place(rows[0]["identifier"], 2, why="It is new."),
            Ann=ballot(Vote.PICK, "Read it"),
            Bob=ballot(Vote.NO, "Too long"),
        ),
        *(chosen(rows[n], place(rows[n]["identifier"], n + 1), Ann=ballot(Vote.PICK)) for n in range(2, 10)),
        chosen(rows[10], place(rows[10]["identifier"], 10, group="Datasets & benchmarks")),
        *(chosen(rows[n], place(rows[n]["identifier"], role="mention"), Bob=ballot(Vote.MENTION)) for n in (12, 15)),
    ]
    settings: dict[str, Any] = {
        "state": State.DECIDED,
        "decided": True,
        "voting": Voting(("Ann", "Bob"), 12, 9, 1),
        "news": NEWS,
        "trend": TREND,
    }
    return issue_of(made_bundle(), ones, **{**settings, **keys})


def hostile_issue(text: str) -> Issue:
    """An issue in which everything that comes from outside is this text."""
    of = bundle([row(1, paper("2204.00001", text, text, comments=text, journal_ref=text, doi=text), why=text)])["rows"][
        0
    ]
    one = chosen(of, place("2204.00001", 1, why=text, group=text), Ann=ballot(Vote.PICK, text), Bob=ballot(None, text))
    other = page(None, title=text or "x", authors=(text,), source=text)
    ones = [one, Chosen(place(other.place.identifier, role="mention", why=text), other.title, other.authors, PAGE)]
    news = (NewsItem(text=text, source=text),) if text.strip() else ()
    return issue_of(bundle([row(1)]), ones, state=State.VOTING, decided=False, voting=Voting((text,)), news=news)
