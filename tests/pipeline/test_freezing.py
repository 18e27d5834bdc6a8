"""Freezing an edition's list: it stands through refreshes, later papers go below, marks live on, an undo undoes it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from paperradar.decisions import DecisionLog, EditionLog, Kind, Mark, Vote
from paperradar.errors import UsageError
from paperradar.papers import Version
from paperradar.pipeline.freezing import Frozen, due_edition, freeze_edition, freezing_day
from paperradar.pipeline.shortlisting import Made, make_shortlist, publish_shortlist
from paperradar.publishing import WrittenFiles, edition_paths, read_bundle
from paperradar.settings import EditionSettings, RankingSettings, Settings
from paperradar.workspace import Workspace
from tests.pipeline.builders import Placed, fan, filled, paper, put
from tests.pipeline.test_marking import NO, PICK, fill

EDITION = "2022-05"
# In New York it is still 1 May.
FROZEN_AT = dt.datetime(2022, 5, 2, 1, 30, tzinfo=dt.UTC)
AFTER = dt.datetime(2022, 5, 4, 9, tzinfo=dt.UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Six papers that turn away from the profile's axis, one after the other; four rows are asked for."""
    settings = Settings(ranking=RankingSettings(rows=4))
    return filled(tmp_path, [Placed(paper(n), angle=angle) for n, angle in enumerate(fan(6), start=1)], settings)


def freeze(workspace: Workspace, at: dt.datetime = FROZEN_AT) -> Frozen:
    return freeze_edition(workspace, EDITION, clock=lambda: at, by="ann")


def make(workspace: Workspace, **keys: Any) -> Made:
    return make_shortlist(workspace, EDITION, **{"rows": workspace.settings.ranking.rows, **keys})


def refresh(workspace: Workspace) -> WrittenFiles:
    return publish_shortlist(workspace, make(workspace), clock=lambda: AFTER)


def later_papers(workspace: Workspace) -> None:
    """The best paper of all and a poor one, both announced after the freezing; and a good one of before."""
    best, older = replace(paper(81, "2205"), title="On first things"), replace(paper(77), title="Of first things")
    put(
        workspace,
        [
            Placed(best, dt.date(2022, 5, 3), angle=-0.63),
            Placed(paper(82, "2205"), dt.date(2022, 5, 2), angle=-1.9),
            Placed(older, dt.date(2022, 4, 29), angle=-1.26),
        ],
    )


def judged(rows: list[dict[str, Any]]) -> list[bytes]:
    keys = ("identifier", "rank", "score", "components", "why", "lanes", "topic")
    return [json.dumps({key: row[key] for key in keys}, sort_keys=True).encode() for row in rows]


def places(made: Made) -> list[tuple[int, str, bool]]:
    return [(row["rank"], row["identifier"], row.get("late", False)) for row in made.bundle["rows"]]


def test_freezing_publishes_the_list_and_says_so_once(workspace: Workspace) -> None:
    done = freeze(workspace)
    paths = edition_paths(workspace.shortlists, EDITION)
    frozen = read_bundle(paths.bundle(done.bundle_id))
    assert done == Frozen(EDITION, done.bundle_id, dt.date(2022, 5, 1), 4, already=False)
    assert len(frozen["rows"]) == 4
    assert "frozen" not in frozen
    assert done.bundle_id.encode() in paths.csv.read_bytes()
    later_papers(workspace)
    assert freeze(workspace, AFTER) == replace(done, already=True)
    (entry,) = DecisionLog(workspace.decisions).entries()
    assert (entry.kind, entry.edition, entry.identifier, entry.by, entry.at) == (
        Kind.FREEZE, EDITION, "", "ann", FROZEN_AT,
    )  # fmt: skip


def test_what_curators_wrote_before_is_in_the_frozen_list(workspace: Workspace) -> None:
    fill(refresh(workspace).csv, "2204.00003", PICK)
    done = freeze(workspace)
    frozen = read_bundle(edition_paths(workspace.shortlists, EDITION).bundle(done.bundle_id))
    assert [row["decision"] for row in frozen["rows"]] == ["", "", "pick", ""]
    assert DecisionLog(workspace.decisions).marks(EDITION) == {"2204.00003": PICK}


def test_a_refresh_keeps_the_rows_and_appends_what_came_later(workspace: Workspace) -> None:
    done = freeze(workspace)
    bundle = edition_paths(workspace.shortlists, EDITION).bundle(done.bundle_id)
    before = judged(read_bundle(bundle)["rows"])
    kept = bundle.read_bytes()
    later_papers(workspace)
    written = refresh(workspace)
    rows = read_bundle(written.bundle)["rows"]
    assert judged(rows[:4]) == before
    assert [(row["rank"], row["identifier"], row.get("late")) for row in rows[4:]] == [(5, "2205.00081", True)]
    assert written.bundle_id != done.bundle_id
    assert json.loads(written.manifest.read_bytes())["frozen"] == {
        "bundle": done.bundle_id, "on": "2022-05-01", "late": 1,
    }  # fmt: skip
    # With all rows the poor one is there as well, and still not the good one that was announced before.
    assert places(make(workspace, rows=None))[4:] == [(5, "2205.00081", True), (6, "2205.00082", True)]
    assert refresh(workspace).changed == ()
    assert bundle.read_bytes() == kept


def test_the_note_stands_on_the_list_and_is_told(workspace: Workspace) -> None:
    freeze(workspace)
    later_papers(workspace)
    made = make(workspace)
    assert made.notes[0] == "Frozen on 2022-05-01; 1 paper announced since is appended as late."
    assert made.bundle["notes"] == list(made.notes)
    assert "5 of 9 rows" in made.headline
    assert made.warnings == ()


def test_marks_on_frozen_and_on_late_rows_survive(workspace: Workspace) -> None:
    freeze(workspace)
    later_papers(workspace)
    sheet = refresh(workspace).csv
    fill(sheet, "2205.00081", PICK)
    fill(sheet, "2204.00002", NO)
    refresh(workspace)
    log = DecisionLog(workspace.decisions)
    assert log.marks(EDITION) == {"2205.00081": PICK, "2204.00002": NO}
    for _ in range(2):
        rows = {row["identifier"]: row for row in make(workspace).bundle["rows"]}
        assert (rows["2205.00081"]["decision"], rows["2205.00081"]["late"]) == ("pick", True)
        assert (rows["2204.00002"]["decision"], rows["2204.00002"]["rank"]) == ("no", 2)
        assert refresh(workspace).changed == ()
    fill(sheet, "2205.00081", Mark(), was=PICK)
    refresh(workspace)
    assert log.marks(EDITION) == {"2204.00002": NO}


def test_a_marked_late_paper_that_others_push_below_the_cut_stays(workspace: Workspace) -> None:
    freeze(workspace)
    later_papers(workspace)
    DecisionLog(workspace.decisions).record_marks(EDITION, {"2205.00082": PICK}, at=AFTER)
    assert places(make(workspace))[4:] == [(5, "2205.00081", True), (6, "2205.00082", True)]


def test_an_older_paper_of_neither_list_stays_once_it_is_marked(workspace: Workspace) -> None:
    freeze(workspace)
    DecisionLog(workspace.decisions).record_marks(EDITION, {"2204.00006": PICK}, at=AFTER)
    made = make(workspace)
    assert places(made)[4:] == [(5, "2204.00006", False)]
    assert made.bundle["frozen"]["late"] == 0


def test_a_paper_of_neither_list_that_somebody_voted_on_stays_too(workspace: Workspace) -> None:
    freeze(workspace)
    EditionLog(workspace.decisions, EDITION).cast("Ann", {"2204.00006": (Vote.PICK, "")}, at=AFTER)
    assert places(make(workspace))[4:] == [(5, "2204.00006", False)]
    put(workspace, [Placed(paper(2, withdrawn=True))])
    EditionLog(workspace.decisions, EDITION).cast("Ann", {"2204.00002": (Vote.PICK, "")}, at=AFTER)
    assert make(workspace).warnings == (
        "2204.00002 was voted on and is withdrawn by its authors or arXiv; its row stays, the list is frozen",
    )


def test_todays_facts_show_on_frozen_rows(workspace: Workspace) -> None:
    freeze(workspace)
    versions = (Version(1), Version(2, dt.datetime(2022, 5, 2, 15, tzinfo=dt.UTC)))
    put(workspace, [Placed(paper(1, versions=versions)), Placed(paper(2, withdrawn=True, versions=versions))])
    DecisionLog(workspace.decisions).record_marks(EDITION, {"2204.00002": PICK}, at=AFTER)
    made = make(workspace)
    first, second = made.bundle["rows"][:2]
    assert (first["rank"], first["version"], first.get("withdrawn")) == (1, 2, None)
    assert (second["rank"], second["identifier"], second["withdrawn"]) == (2, "2204.00002", True)
    assert (second["decision"], second["why"][:9]) == ("pick", "Withdrawn")
    assert made.warnings == (
        "2204.00002 was marked and is withdrawn by its authors or arXiv; its row stays, the list is frozen",
    )
    assert made.bundle["counts"]["withdrawn"] == 1


def test_an_undo_unfreezes_and_a_later_freezing_stands(workspace: Workspace) -> None:
    first = freeze(workspace)
    later_papers(workspace)
    log = DecisionLog(workspace.decisions)
    said = log.frozen(EDITION)
    assert said is not None
    assert log.undo(said.entry, at=AFTER) == 1
    made = make(workspace)
    assert "frozen" not in made.bundle
    assert places(made)[0] == (1, "2205.00081", False)
    second = freeze(workspace, AFTER)
    assert (second.already, second.frozen_on) == (False, dt.date(2022, 5, 4))
    assert second.bundle_id != first.bundle_id
    assert make(workspace).bundle["frozen"] == {"bundle": second.bundle_id, "on": "2022-05-04", "late": 0}


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_without_its_bundle_the_list_is_made_anew_and_that_is_told(workspace: Workspace, harm: str) -> None:
    done = freeze(workspace)
    later_papers(workspace)
    path = edition_paths(workspace.shortlists, EDITION).bundle(done.bundle_id)
    kept = path.read_bytes()
    if harm == "lost":
        path.unlink()
    else:
        path.write_bytes(kept[:50])
    made = make(workspace)
    assert "frozen" not in made.bundle
    (warning,) = made.warnings
    assert str(path) in warning
    assert "restore" in warning
    assert freeze(workspace, AFTER) == replace(done, rows=0, already=True)
    path.write_bytes(kept)
    assert make(workspace).bundle["frozen"]["bundle"] == done.bundle_id


def test_other_days_and_other_editions_are_not_frozen(workspace: Workspace) -> None:
    freeze(workspace)
    later_papers(workspace)
    assert "frozen" not in make(workspace, until=dt.date(2022, 5, 4)).bundle
    assert "frozen" in make(workspace, until=dt.date(2022, 5, 5)).bundle
    assert "frozen" not in make_shortlist(workspace, "2022-06").bundle


def test_the_day_of_freezing_is_a_setting() -> None:
    assert freezing_day(EDITION, EditionSettings()) == dt.date(2022, 5, 1)
    third = EditionSettings(freezes_on_day=3)
    assert freezing_day(EDITION, third) == dt.date(2022, 5, 3)
    with pytest.raises(UsageError):
        freezing_day("May", third)


@pytest.mark.parametrize(
    ("month", "today", "due", "why_not"),
    [
        (None, dt.date(2022, 5, 1), EDITION, ""),
        (None, dt.date(2022, 5, 5), EDITION, ""),
        (
            None,
            dt.date(2022, 5, 6),
            "",
            "edition 2022-05 closed on 2022-05-05; if its list is not frozen, name the month",
        ),
        (EDITION, dt.date(2022, 6, 1), EDITION, ""),
        (EDITION, dt.date(2022, 4, 30), "", "edition 2022-05 is not due: its list freezes on 2022-05-01"),
    ],
)
def test_which_edition_is_due(workspace: Workspace, month: str | None, today: dt.date, due: str, why_not: str) -> None:
    assert due_edition(workspace, month, today) == (due, why_not)
