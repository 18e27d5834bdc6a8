"""What a category's day is worth: complete only where two sources agree, and never a paper too early."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.coverage import CountedBy, LedgerRow, State
from paperradar.papers import Announcement, AnnouncementKind, Paper, Version
from paperradar.pipeline.judging import done_row, judge
from paperradar.pipeline.listings import EMPTY_FEED, FULL_FEED, Check, Feed, NewNumbers
from paperradar.pipeline.outcomes import Outcome
from paperradar.sources.values import Listing

DAY = dt.date(2021, 6, 9)
AT = dt.datetime(2021, 6, 9, 9, 30, tzinfo=dt.UTC)
NUMBERS = NewNumbers(DAY, above="2106.01000")
C, S, U, H = State.COMPLETE, State.SHORT, State.UNKNOWN, State.HOLIDAY


def name(number: int) -> str:
    return f"2106.{1000 + number:05}"


def paper(number: int) -> Paper:
    return Paper(name(number), "On quiet habits", versions=(Version(1),), updated=DAY)


def feed(*new: int, crosses: Collection[int] = (), replaced: Collection[int] = (), items: int | None = None) -> Feed:
    """A feed that came. A number from 1 on is new on the day; one of 0 or less was new earlier."""
    kinds = dict.fromkeys(new, AnnouncementKind.NEW)
    kinds |= dict.fromkeys(crosses, AnnouncementKind.CROSS) | dict.fromkeys(replaced, AnnouncementKind.REPLACE)
    announced = tuple(Announcement(name(number), 1, "cs.CL", kind, DAY) for number, kind in kinds.items())
    return Feed(
        Listing("cs.CL", DAY, tuple(map(paper, kinds)), announced, items=len(kinds) if items is None else items)
    )


def check(source: str, *numbers: int, outcome: Outcome = Outcome.DONE) -> Check:
    return Check(source, tuple(map(paper, numbers)), detail="" if outcome is Outcome.DONE else "away", outcome=outcome)


def oai(*numbers: int, outcome: Outcome = Outcome.DONE) -> Check:
    return check("oai", *numbers, outcome=outcome)


def api(*numbers: int, outcome: Outcome = Outcome.DONE) -> Check:
    return check("api", *numbers, outcome=outcome)


STALE = Feed(None, State.STALE, "the feed is that of 2021-06-08", Outcome.LATER)
EMPTY = Feed(None, State.MISSING, EMPTY_FEED, Outcome.LATER)
HOLIDAY = Feed(None, State.HOLIDAY)
LATER, FAILED = Outcome.LATER, Outcome.FAILED

# Feed, checks, and then for each source: state, expected, received, and how the detail reads.
Row = tuple[State, int | None, int, str]
ALONE, UNCONFIRMED = "no second source answered", "the feed has not confirmed it"
ONLY_OAI = "only oai answered, and had"
TABLE: dict[str, tuple[Feed | None, list[Check], dict[str, Row]]] = {
    "both have all": (feed(1, 2), [oai(1, 2)], {"rss": (C, 2, 2, ""), "oai": (C, 2, 2, "")}),
    "older ones do not count": (feed(1, replaced=[0], crosses=[-3]), [oai(1, 0, -3)],
                                {"rss": (C, 1, 1, ""), "oai": (C, 1, 1, "")}),
    "a cross can be a first": (feed(1, crosses=[2]), [oai(1, 2)], {"rss": (C, 2, 2, ""), "oai": (C, 2, 2, "")}),
    "three have all": (feed(1), [oai(1), api(1)], {"rss": (C, 1, 1, ""), "oai": (C, 1, 1, ""), "api": (C, 1, 1, "")}),
    "the feed lacks one": (feed(1), [oai(1, 2)],
                           {"rss": (S, 2, 1, "rss lacks 1 of 2 papers"), "oai": (C, 2, 2, "")}),
    "the second lacks one": (feed(1, 2), [oai(1)], {"rss": (C, 2, 2, ""), "oai": (S, 2, 1, "oai lacks 1 of 2")}),
    "each lacks one": (feed(1, 2), [oai(2, 3)], {"rss": (S, 3, 2, "rss lacks 1 of 3"), "oai": (S, 3, 2, "oai lacks")}),
    "the third lacks some": (feed(1, 2), [oai(1, 2), api()],
                             {"rss": (C, 2, 2, ""), "oai": (C, 2, 2, ""), "api": (S, 2, 0, "api lacks 2 of 2")}),
    "the second has nothing yet": (feed(1, 2), [oai()],
                                   {"rss": (U, 2, 2, "oai had nothing of this day"), "oai": (S, 2, 0, "oai lacks")}),
    "two have nothing yet": (feed(1), [oai(), api()],
                             {"rss": (U, 1, 1, "oai and api had nothing of this day yet"),
                              "oai": (S, 1, 0, "oai lacks 1"), "api": (S, 1, 0, "api lacks 1")}),
    "the feed has nothing new": (feed(replaced=[0]), [oai(1)],
                                 {"rss": (S, 1, 0, "rss lacks 1"), "oai": (U, 1, 1, "rss had nothing of this day")}),
    "nothing new at all": (feed(replaced=[0]), [oai(0)], {"rss": (C, 0, 0, ""), "oai": (C, 0, 0, "")}),
    "the feed alone": (feed(1, 2), [], {"rss": (U, 2, 2, ALONE)}),
    "an empty day, alone": (feed(replaced=[0]), [], {"rss": (U, 0, 0, ALONE)}),
    "the second failed": (feed(1), [oai(1, 2, outcome=FAILED)], {"rss": (U, 1, 1, ALONE), "oai": (U, 1, 0, "away")}),
    "the second is for later": (feed(1), [api(outcome=LATER)], {"rss": (U, 1, 1, ALONE), "api": (U, 1, 0, "away")}),
    "the third stands in": (feed(1), [oai(outcome=LATER), api(1)],
                            {"rss": (C, 1, 1, ""), "oai": (U, 1, 0, "away"), "api": (C, 1, 1, "")}),
    "a full feed": (feed(1, 2, items=FULL_FEED), [oai(1, 2)],
                    {"rss": (U, 2, 2, "the feed is full"), "oai": (C, 2, 2, "")}),
    "a full feed that is short": (feed(1, items=FULL_FEED), [oai(1, 2)],
                                  {"rss": (S, 2, 1, "rss lacks 1"), "oai": (C, 2, 2, "")}),
    "nearly full": (feed(1, items=FULL_FEED - 1), [oai(1)], {"rss": (C, 1, 1, ""), "oai": (C, 1, 1, "")}),
    "a stale feed": (STALE, [oai(1)], {"rss": (State.STALE, 1, 0, STALE.detail), "oai": (U, 1, 1, ONLY_OAI)}),
    "a stale feed and two more": (STALE, [oai(1), api(1)],
                                  {"rss": (State.STALE, 1, 0, STALE.detail), "oai": (U, 1, 1, UNCONFIRMED),
                                   "api": (U, 1, 1, UNCONFIRMED)}),
    "an empty feed": (EMPTY, [oai(1)], {"rss": (State.MISSING, 1, 0, EMPTY_FEED), "oai": (U, 1, 1, ONLY_OAI)}),
    "empty all over": (EMPTY, [oai()],
                       {"rss": (State.MISSING, 0, 0, EMPTY_FEED), "oai": (State.MISSING, 0, 0, ONLY_OAI)}),
    "nothing answered": (EMPTY, [oai(outcome=LATER)],
                         {"rss": (State.MISSING, None, 0, EMPTY_FEED), "oai": (U, None, 0, "away")}),
    "a holiday": (HOLIDAY, [], {"rss": (H, None, 0, "")}),
    "a holiday with a second": (HOLIDAY, [oai(), api(outcome=LATER)],
                                {"rss": (H, 0, 0, ""), "oai": (H, 0, 0, ""), "api": (U, 0, 0, "away")}),
    "no feed was asked": (None, [oai(1), api(1)], {"oai": (U, 1, 1, UNCONFIRMED), "api": (U, 1, 1, UNCONFIRMED)}),
    "one check alone": (None, [oai(1)], {"oai": (U, 1, 1, ONLY_OAI)}),
    "two checks, one short": (None, [oai(1), api(1, 2)],
                              {"oai": (S, 2, 1, "oai lacks 1 of 2"), "api": (U, 2, 2, UNCONFIRMED)}),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE)
def test_rules(case: str) -> None:
    asked, checks, expected = TABLE[case]
    rows = judge("cs.CL", NUMBERS, asked, checks, AT)
    assert [row.source for row in rows] == list(expected)
    for row in rows:
        state, papers, received, detail = expected[row.source]
        assert (row.state, row.expected, row.received) == (state, papers, received)
        assert row.detail.startswith(detail)
        assert bool(row.detail) == bool(detail)
        assert (row.day, row.category, row.counted_by, row.at) == (DAY, "cs.CL", CountedBy.ANNOUNCED, AT)


def test_the_highest_identifier_of_each_source() -> None:
    numbers = NewNumbers(dt.date(2021, 7, 1), above="2106.01000")
    names = ("2107.00001", "2106.20000", "2106.00900")
    checks = [Check("oai", tuple(Paper(name, "A", updated=numbers.day) for name in names))]
    rows = judge("cs.CL", numbers, feed(5, 3), [*checks, api()], AT)
    assert [row.highest for row in rows] == ["2106.01005", "2107.00001", ""]


# Properties

_PAPERS = st.frozensets(st.integers(1, 5))
_ANSWERED = st.one_of(st.none(), _PAPERS)  # None: it did not answer
_FULL = st.booleans()


def judged(
    rss: Collection[int] | None, second: Collection[int] | None, third: Collection[int] | None, full: bool = False
) -> dict[str, LedgerRow]:
    asked = STALE if rss is None else feed(*rss, replaced=[0], items=FULL_FEED if full else None)
    checks = [
        check(source, *(found or ()), outcome=LATER if found is None else Outcome.DONE)
        for source, found in (("oai", second), ("api", third))
    ]
    return {row.source: row for row in judge("cs.CL", NUMBERS, asked, checks, AT)}


def is_complete(rows: dict[str, LedgerRow]) -> bool:
    return any(row.state is State.COMPLETE for row in rows.values())


@given(_ANSWERED, _ANSWERED, _ANSWERED, _FULL)
def test_complete_is_what_two_agree_upon_and_one_has_whole(
    rss: frozenset[int] | None, second: frozenset[int] | None, third: frozenset[int] | None, full: bool
) -> None:
    answers = {"rss": rss, "oai": second, "api": third}
    known = {source: found for source, found in answers.items() if found is not None}
    union = frozenset[int]().union(*known.values())
    for source, row in judged(rss, second, third, full).items():
        if row.state is not State.COMPLETE:
            continue
        assert "rss" in known  # only the feed says how each was announced
        assert known[source] == union
        agreed = [other for other in known if other != source and (known[other] & union or not union)]
        assert agreed
        assert (row.expected, row.received, row.detail) == (len(union), len(union), "")
        assert not (full and source == "rss")


@given(_PAPERS, _PAPERS)
def test_two_that_agree_are_enough(rss: frozenset[int], more: frozenset[int]) -> None:
    second = rss | more if rss else rss
    assert judged(rss, second, None)["oai"].state is State.COMPLETE
    assert judged(second, rss, None)["rss"].state is State.COMPLETE


@given(_ANSWERED, _ANSWERED, _ANSWERED, st.sampled_from(["rss", "oai", "api"]), st.integers(1, 5), _FULL)
def test_one_more_paper_of_one_source_completes_nothing_by_itself(
    rss: frozenset[int] | None,
    second: frozenset[int] | None,
    third: frozenset[int] | None,
    grows: str,
    added: int,
    full: bool,
) -> None:
    answers = {"rss": rss, "oai": second, "api": third}
    mine = answers[grows]
    if mine is None or is_complete(judged(rss, second, third, full)):
        return
    more = answers | {grows: mine | {added}}
    if is_complete(judged(more["rss"], more["oai"], more["api"], full)):
        assert any(added in (found or ()) for source, found in answers.items() if source != grows)


@given(_PAPERS, _ANSWERED, st.integers(6, 9))
def test_a_paper_that_only_the_feed_lacks_makes_it_short(
    rss: frozenset[int], third: frozenset[int] | None, lacking: int
) -> None:
    rows = judged(rss, rss | {lacking}, third)
    assert rows["rss"].state is State.SHORT
    assert done_row(list(rows.values())) is None


@given(_PAPERS, st.sampled_from(["rss", "oai", "api"]))
def test_a_source_alone_proves_nothing(found: frozenset[int], source: str) -> None:
    answers = dict.fromkeys(("rss", "oai", "api")) | {source: found}
    rows = judged(answers["rss"], answers["oai"], answers["api"])
    assert not is_complete(rows)
    assert done_row(list(rows.values())) is None


# What is done


def row(source: str, state: State, counted_by: CountedBy = CountedBy.ANNOUNCED) -> LedgerRow:
    return LedgerRow(DAY, "cs.CL", source, counted_by, state, None, 0, "", AT)


SUBMITTED = row("api", State.COMPLETE_BY_SUBMISSION, CountedBy.SUBMITTED)


@pytest.mark.parametrize(
    ("rows", "source"),
    [
        ([], None),
        ([row("rss", C)], "rss"),
        ([row("rss", H)], "rss"),
        ([row("oai", S), row("rss", C)], "rss"),
        ([row("oai", C), row("rss", S)], None),
        ([row("oai", C), row("rss", U)], None),
        ([row("oai", C), row("rss", State.STALE)], None),
        ([row("oai", C), row("rss", State.MISSING)], None),
        ([row("oai", C)], "oai"),
        ([row("api", U), row("oai", H)], "oai"),
        ([row("api", U), row("oai", S)], None),
        ([SUBMITTED], None),
        ([row("oai", C, CountedBy.SUBMITTED)], None),
        ([row("rss", C, CountedBy.SUBMITTED), row("rss", S)], None),
    ],
)
def test_the_feeds_own_row_decides_where_there_is_one(rows: Sequence[LedgerRow], source: str | None) -> None:
    found = done_row(rows)
    assert (found.source if found else None) == source
    assert found is None or found in rows
