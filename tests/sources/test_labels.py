"""Reading lists of topic labels."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.errors import InputError
from paperradar.sources.labels import TopicLabel, read_labels


def written(folder: Path, text: str) -> Path:
    path = folder / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_topic_and_paper_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    read = read_labels(
        written(
            tmp_path,
            "topic,arxiv_id,title\ndiffusion models,2106.00002v3,A\nmultimodal,2106.00002,A\n"
            "diffusion models,'2106.00002,again\n\ndiffusion models,https://arxiv.org/abs/2106.00001,B\n",
        )
    )
    assert read.labels == (
        TopicLabel("diffusion models", "2106.00002"),
        TopicLabel("multimodal", "2106.00002"),
        TopicLabel("diffusion models", "2106.00001"),
    )
    assert read.set_aside == ()


def test_bad_rows_are_set_aside_with_their_line(tmp_path: Path) -> None:
    read = read_labels(written(tmp_path, "topic;id\nfirst;2106.00001\n;2106.00002\nfirst;2106.0001\nfirst\n"))
    assert [label.identifier for label in read.labels] == ["2106.00001"]
    assert [row.line for row in read.set_aside] == [3, 4, 5]
    assert "no topic" in read.set_aside[0].reason
    assert "for a number" in read.set_aside[1].reason


@pytest.mark.parametrize(("header", "lacking"), [("topic,title", "arxiv_id"), ("arxiv_id,title", "topic"), ("", "arx")])
def test_a_file_without_the_columns_is_refused(tmp_path: Path, header: str, lacking: str) -> None:
    with pytest.raises(InputError, match=f"column {lacking}"):
        read_labels(written(tmp_path, f"{header}\n"))
    with pytest.raises(InputError, match="cannot be read"):
        read_labels(tmp_path / "none.csv")


NAMES = st.text("abc xyz-", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(str.isalpha)
LABELS = st.builds(TopicLabel, NAMES, st.integers(1, 99_999).map(lambda number: f"2106.{number:05}"))


@given(st.lists(LABELS, unique=True, max_size=20))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, labels: list[TopicLabel]) -> None:
    rows = "".join(f"{label.topic},{label.identifier}\n" for label in labels)
    path = written(tmp_path_factory.mktemp("labels"), f"topic,arxiv_id\n{rows}")
    assert read_labels(path).labels == tuple(labels)


def test_the_shared_labels_are_read_whole(shared: Path) -> None:
    read = read_labels(shared / "data" / "topics.csv")
    assert len(read.labels) > 3000
    assert read.set_aside == ()
    assert {label.topic for label in read.labels} >= {"information retrieval", "mixture of experts"}
