"""Phrases in titles and abstracts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.ranking.phrases import matched, names_dataset, names_release, normalise, saturated


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("mixture of experts", "Sparse Mixture-of-Experts layers", True),
        ("diffusion model", "Video diffusion models", True),
        ("MoE", "the moer the better", False),
        ("dense retrieval", "Dense\nretrieval", True),
        ("c++", "Written in C", True),  # punctuation is not part of words
        ("", "anything", False),
    ],
)
def test_matches_whole_words_only(phrase: str, text: str, found: bool) -> None:
    assert bool(matched([phrase], normalise(text))) is found


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(min_size=1).filter(lambda text: normalise(text).strip()), st.text(), st.text())
def test_a_phrase_is_found_wherever_it_stands(phrase: str, before: str, after: str) -> None:
    assert matched([phrase], normalise(f"{before} | {phrase} | {after}"))


def test_saturates() -> None:
    assert [saturated(n) for n in range(3)] == [0.0, 0.5, 0.75]


@pytest.mark.parametrize(
    ("title", "abstract", "expected"),
    [
        ("XYZ: a benchmark for parsing", "", True),
        ("Parsing", "We introduce a new large-scale dataset of trees.", True),
        ("Parsing", "We evaluate on three datasets.", False),
        ("A dataset", "", True),
    ],
)
def test_datasets(title: str, abstract: str, expected: bool) -> None:
    assert names_dataset(normalise(title), normalise(abstract)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Our code is available at this place.", True),
        ("Code and models are publicly available.", True),
        ("We open-source the toolkit.", True),
        ("The toolkit is open-sourced.", True),
        ("A press release was read.", False),
    ],
)
def test_releases(text: str, expected: bool) -> None:
    assert names_release(normalise(text)) is expected
