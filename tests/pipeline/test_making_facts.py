"""What the desk's side pages need of the store: asked once, kept, and never a reason not to start."""

from __future__ import annotations

import datetime as dt
import logging
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from paperradar.coverage import State
from paperradar.errors import NotFoundError, StoreBusy
from paperradar.papers import DayBasis, Version
from paperradar.pipeline import making_facts, month_counting
from paperradar.pipeline.adding import add_page
from paperradar.pipeline.desk_facts import load_desk_facts, neighbours_of
from paperradar.pipeline.editions import view_edition
from paperradar.pipeline.making_facts import NEAREST, build_desk_facts, ensure_desk_facts
from paperradar.pipeline.shortlisting import make_shortlist, publish_shortlist
from paperradar.ranking import Candidate, Pool, TopicKnowledge, topic_matches
from paperradar.settings import RankingSettings, Settings
from paperradar.store import Store
from paperradar.workspace import Workspace
from tests.pipeline.builders import Placed, clock, fan, filled, paper, put

TODAY = dt.date(2022, 4, 28)
EDITION = "2022-05"
FIRST = dt.datetime(2022, 4, 18, 9, tzinfo=dt.UTC)
PAPERS = [
    Placed(
        paper(
            n, categories=("cs.CL", "cs.IR") if n % 2 else ("cs.LG",), versions=(Version(1, FIRST), Version(2, None))
        ),
        angle=angle,
    )
    for n, angle in enumerate(fan(6), start=1)
]
OLDER = [Placed(paper(30 + n, "2202", categories=("cs.CL",)), dt.date(2022, 2, 10), angle=0.1 * n) for n in range(1, 4)]
FOREIGN = Placed(paper(90, categories=("math.AG",)), angle=0.01)
BARE = Placed(paper(91, categories=("cs.CL",)), angle=None)


def listed(workspace: Workspace) -> str:
    """Make the edition's list; the id of its bundle."""
    return publish_shortlist(workspace, make_shortlist(workspace, EDITION), clock=clock).bundle_id


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An edition of six papers; three older ones, one of another field, and one without a vector."""
    settings = Settings.model_validate({"categories": ["cs.CL", "cs.LG"], "store": {"wait_seconds": 0.2}})
    made = filled(tmp_path, [*PAPERS, *OLDER, FOREIGN], settings)
    listed(made)
    put(made, [BARE])
    return made


def test_a_papers_neighbours_are_the_nearest_of_the_whole_store(workspace: Workspace) -> None:
    facts = build_desk_facts(workspace, EDITION, today=TODAY)
    assert set(facts.papers) == {item.paper.identifier for item in PAPERS}
    near = neighbours_of(facts, "2204.00001")
    assert [item.identifier for item in near][:4] == ["2204.00090", "2202.00031", "2202.00032", "2202.00033"]
    assert (near[1].title, near[1].announced_on) == ("Title 31", dt.date(2022, 2, 10))
    assert near[1].cosine == pytest.approx(0.995, abs=0.001)
    assert len(near) == NEAREST
    assert "2204.00001" not in [item.identifier for item in near]
    found = facts.papers["2204.00001"]
    assert found.versions == ((1, FIRST.date()), (2, None))
    assert found.categories == ("cs.CL", "cs.IR")


def test_of_what_is_unknown_there_are_no_neighbours(workspace: Workspace) -> None:
    facts = build_desk_facts(workspace, EDITION, today=TODAY)
    assert neighbours_of(facts, "2204.99999") == ()
    assert neighbours_of(None, "2204.00001") == ()


def test_no_text_is_encoded(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_model(*_: object, **__: object) -> None:
        raise AssertionError("a model was asked for")

    monkeypatch.setattr("paperradar.pipeline.embedding.load_encoder", no_model)
    put(workspace, [Placed(replace(BARE.paper, identifier="2204.00001", versions=(Version(3, FIRST),), title="New"))])
    changed = replace(workspace, topics=(workspace.topics[0].model_copy(update={"description": "Something new."}),))
    with Store(workspace.database).writing() as session:
        session.upsert_papers(
            [(replace(PAPERS[1].paper, abstract="Another.", versions=(Version(3, FIRST),)), TODAY, DayBasis.SUBMITTED)],
            source="test",
        )
    facts = build_desk_facts(changed, EDITION, today=TODAY)
    assert facts.topics == {}
    assert facts.papers["2204.00002"].neighbours is None
    assert neighbours_of(facts, "2204.00002") == ()


def test_months_count_papers_in_scope_and_what_each_profile_catches(workspace: Workspace) -> None:
    caught = replace(workspace, topics=(workspace.topics[0].model_copy(update={"threshold": 300}),))
    facts = build_desk_facts(caught, EDITION, today=TODAY)
    february, march, april = facts.months
    assert [item.month for item in facts.months] == ["2022-02", "2022-03", "2022-04"]
    assert (february.papers, february.compared, february.topics) == (3, 3, {"first": 3})
    assert (march.papers, march.topics) == (0, {"first": 0})
    assert (april.papers, april.compared) == (7, 6)  # one of another field, one without a vector
    assert 0 < april.topics["first"] < 6
    assert april.categories == {"cs.CL": 4, "cs.IR": 3, "cs.LG": 3}
    # Its first listing was before the store's first paper, or its last one after the newest.
    assert [item.whole for item in facts.months] == [False, True, False]
    assert facts.topics == {"first": "First"}


def test_only_the_newest_months_are_counted(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(month_counting, "MONTHS", 2)
    facts = build_desk_facts(workspace, EDITION, today=TODAY)
    assert [item.month for item in facts.months] == ["2022-04"]  # nothing was announced in March


def test_what_was_counted_before_is_not_counted_again(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    def watched(pool: Pool, topic: TopicKnowledge, settings: RankingSettings) -> list[tuple[Candidate, int]]:
        counted.append(len(pool.candidates))
        return topic_matches(pool, topic, settings)

    monkeypatch.setattr(month_counting, "topic_matches", watched)
    first = build_desk_facts(workspace, EDITION, today=TODAY)
    assert counted == [3, 0, 6]
    assert build_desk_facts(workspace, EDITION, today=TODAY) == first
    assert len(counted) == 3
    put(workspace, [replace(BARE, angle=0.1)])
    again = build_desk_facts(workspace, EDITION, today=TODAY)
    assert counted[3:] == [7]  # April only
    assert again.months[:2] == first.months[:2]
    changed = replace(workspace, topics=(workspace.topics[0].model_copy(update={"threshold": 1}),))
    assert build_desk_facts(changed, EDITION, today=TODAY).months[2].topics == {"first": 4}  # up to a right angle


def test_days_go_on_for_as_long_as_somebody_may_be_watching(workspace: Workspace) -> None:
    facts = build_desk_facts(workspace, EDITION, today=dt.date(2022, 5, 10))
    assert (facts.days[0].day, facts.days[-1].day) == (dt.date(2022, 2, 1), dt.date(2022, 5, 10))
    by_day = {item.day: item for item in facts.days}
    assert by_day[dt.date(2022, 4, 20)].papers == 8
    assert by_day[dt.date(2022, 4, 20)].state is State.UNKNOWN
    assert facts.coverage.startswith("coverage:")
    later = build_desk_facts(workspace, EDITION, today=dt.date(2023, 5, 10))
    assert later.days[-1].day == dt.date(2022, 4, 29)


def test_they_come_back_as_they_were_kept(workspace: Workspace) -> None:
    assert load_desk_facts(workspace, EDITION) is None
    made = build_desk_facts(workspace, EDITION, today=TODAY)
    assert load_desk_facts(workspace, EDITION) == made
    assert made.bundle == view_edition(workspace, EDITION).bundle_id
    assert [path.name for path in workspace.desk.iterdir()] == [f"{EDITION}.facts.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"edition": "2022-05"}', b"\xff\xfe"])
def test_a_broken_file_counts_as_none(workspace: Workspace, content: bytes) -> None:
    build_desk_facts(workspace, EDITION, today=TODAY)
    path = workspace.desk / f"{EDITION}.facts.json"
    path.write_bytes(content)
    assert load_desk_facts(workspace, EDITION) is None
    assert ensure_desk_facts(workspace, EDITION, today=TODAY) == load_desk_facts(workspace, EDITION)


def test_another_format_counts_as_none(workspace: Workspace) -> None:
    build_desk_facts(workspace, EDITION, today=TODAY)
    path = workspace.desk / f"{EDITION}.facts.json"
    path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format":99'))
    assert load_desk_facts(workspace, EDITION) is None


def test_they_are_built_again_for_another_list_or_day(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ensure_desk_facts(workspace, EDITION, today=TODAY)
    assert first is not None
    built: list[str] = []
    build = making_facts.build_desk_facts
    monkeypatch.setattr(
        making_facts,
        "build_desk_facts",
        lambda *args, **keys: built.append("again") or build(*args, **keys),  # type: ignore[func-returns-value]
    )
    assert ensure_desk_facts(workspace, EDITION, today=TODAY) == first
    assert built == []
    next_day = ensure_desk_facts(workspace, EDITION, today=TODAY + dt.timedelta(days=1))
    assert next_day is not None
    assert (built, next_day.made_on) == (["again"], TODAY + dt.timedelta(days=1))
    put(workspace, [replace(BARE, angle=0.2), Placed(paper(50, categories=("cs.CL",)), angle=0.3)])
    bundle = listed(workspace)
    again = ensure_desk_facts(workspace, EDITION, today=TODAY + dt.timedelta(days=1))
    assert again is not None
    assert (again.bundle, len(built)) == (bundle, 2)
    assert "2204.00050" in again.papers


def test_what_was_added_has_facts_where_the_store_knows_it(workspace: Workspace) -> None:
    add_page(workspace, EDITION, "https://example.org/post", title="A post", by="ada", clock=clock)
    assert set(build_desk_facts(workspace, EDITION, today=TODAY).papers) == {i.paper.identifier for i in PAPERS}


def test_a_busy_store_stops_nothing(workspace: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    script = (
        "import sys, time; from pathlib import Path; from paperradar.store import Store\n"
        "with Store(Path(sys.argv[1])).writing() as session:\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    old = build_desk_facts(workspace, EDITION, today=TODAY)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(workspace.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with caplog.at_level(logging.WARNING):
            assert ensure_desk_facts(workspace, EDITION, today=TODAY + dt.timedelta(days=1)) == old
        assert f"those of {TODAY} serve" in caplog.text
        with pytest.raises(StoreBusy):
            build_desk_facts(workspace, EDITION, today=TODAY)
        (workspace.desk / f"{EDITION}.facts.json").unlink()
        assert ensure_desk_facts(workspace, EDITION, today=TODAY) is None
        holder.communicate()


def test_an_edition_without_a_list_has_no_facts(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="paperradar shortlist"):
        build_desk_facts(workspace, "2022-07", today=TODAY)
