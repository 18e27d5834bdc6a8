"""What a profile catches, and what it nearly catches."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from paperradar.calendar import Window
from paperradar.encoding import encoder_card
from paperradar.errors import NotFoundError
from paperradar.lexical import LEXICAL_FINGERPRINT
from paperradar.papers import DayBasis, text_hash
from paperradar.pipeline.shortlisting import make_shortlist
from paperradar.pipeline.topic_checking import check_topics
from paperradar.pipeline.topic_evaluation import SMALLEST_MONTH, evaluate_topics
from paperradar.settings import Settings
from paperradar.store import Store
from paperradar.workspace import Workspace
from tests.encoding.builders import one_thread
from tests.pipeline.builders import PROFILE, Placed, filled, paper


def test_both_sides_of_the_threshold_best_first(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [Placed(paper(n), angle=n * 0.25) for n in range(1, 7)])
    low = replace(workspace, topics=(workspace.topics[0].model_copy(update={"threshold": 300}),))
    (found,) = check_topics(low, "first", limit=2)
    assert found.papers == 6
    assert found.total_caught == 2  # 400 times the cosine of 0.25 and 0.5
    assert [match.identifier for match in found.caught] == ["2204.00001", "2204.00002"]
    assert [match.identifier for match in found.nearly] == ["2204.00003", "2204.00004"]
    assert found.caught[0].match >= 300 > found.nearly[0].match >= found.nearly[1].match


def test_without_a_window_it_looks_at_the_newest_days(tmp_path: Path) -> None:
    newest = dt.date(2022, 4, 20)
    days = [newest, newest - dt.timedelta(30), newest - dt.timedelta(31)]
    workspace = filled(tmp_path, [Placed(paper(n), day) for n, day in enumerate(days)])
    (found,) = check_topics(workspace)
    assert (found.window, found.papers) == (Window(newest - dt.timedelta(30), newest), 2)
    assert check_topics(workspace, window=Window(newest, newest))[0].papers == 1


def test_no_title_is_encoded_by_itself_until_a_list_needs_it(tmp_path: Path) -> None:
    settings = Settings.model_validate({"encoder": {"device": "cpu", "precision": "float32", "max_tokens": 16}})
    workspace = Workspace(tmp_path, settings, (PROFILE,))
    store = Store(workspace.database)
    papers = [paper(n) for n in range(1, SMALLEST_MONTH + 1)]
    with store.writing() as session:
        session.upsert_papers([(item, dt.date(2022, 4, 20), DayBasis.SUBMITTED) for item in papers], source="test")
    labels = tmp_path / "labels.csv"
    labels.write_text("topic,arxiv_id\nfirst,2204.00001\n", encoding="utf-8")
    titles = [text_hash(item.title, "") for item in papers]

    def missing(hashes: list[str]) -> tuple[int, int]:
        with store.reading() as session:
            vectors = session.missing_vectors(hashes, encoder_card(settings.encoder).fingerprint)
            return len(vectors), len(session.missing_tokens(hashes, LEXICAL_FINGERPRINT))

    with one_thread():
        (found,) = check_topics(workspace)
        evaluate_topics(workspace, labels)
        assert found.papers == len(papers)
        assert missing([item.text_hash for item in papers]) == (0, 0)
        assert missing(titles) == (len(papers), len(papers))
        make_shortlist(workspace, "2022-05")
    assert missing(titles) == (0, 0)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [])
    with pytest.raises(NotFoundError, match="there are: first"):
        check_topics(workspace, "second")
    with pytest.raises(NotFoundError, match="paperradar import"):
        check_topics(workspace)
    with pytest.raises(NotFoundError, match="paperradar topics new"):
        check_topics(replace(workspace, topics=()))
