"""Phrases in titles and abstracts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.ranking.phrases import (
    ACCEPTED,
    acceptance,
    matched,
    names_dataset,
    names_release,
    names_report,
    names_survey,
    normalise,
    saturated,
)


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
        ("Code, data, and weights will be released.", True),
        ("The dataset can be found at https://example.org/data.", True),
        ("We make all checkpoints publicly available.", True),
        ("We will open-source our environments.", True),
        ("All data is publicly available.", True),
        ("Source code: available at our page.", True),
        ("It beats commercial and open-source systems on publicly available datasets.", False),
        ("We make knowledge more transparent and use what is already available.", False),
        ("The savings of our framework are at most quadratic.", False),
    ],
)
def test_releases(text: str, expected: bool) -> None:
    assert names_release(normalise(text)) is expected


@pytest.mark.parametrize(
    ("title", "abstract", "expected"),
    [
        ("Sparse parsing: A Survey", "", True),
        ("A Comprehensive Review of Parsing", "", True),
        ("Survey on parsing", "", True),
        ("Parsing: systematic literature review", "", True),
        ("A tutorial on parsing", "", True),
        ("Parsing, an overview", "", True),
        ("Parsing", "This survey looks at trees.", True),
        ("Parsing", "We review recent work on trees.", True),
        ("Parsing", "This paper presents a comprehensive survey of trees.", True),
        ("Automated survey collection with agents", "", False),
        ("Can feedback improve peer review?", "", False),
        ("Ranking products by review texts", "Each customer wrote a review.", False),
        ("Predicting income from survey data: an overview of errors", "", False),
        ("Parsing", "A survey among 300 students.", False),
    ],
)
def test_surveys(title: str, abstract: str, expected: bool) -> None:
    assert names_survey(normalise(title), normalise(abstract)) is expected


@pytest.mark.parametrize(
    ("title", "abstract", "comments", "expected"),
    [
        ("Example-7: Technical Report", "", "", True),
        ("Example-7", "", "Tech report, 12 pages", True),
        ("Example-7", "This technical report tells how.", "", True),
        ("Example-7", "We introduce Example-7, a family of open multimodal language models.", "", True),
        ("Example-7", "We present a series of compact LLMs.", "", True),
        ("Example-7", "We study a family of distributions.", "", False),
        ("Example-7", "Earlier technical reports disagree.", "12 pages", False),
    ],
)
def test_reports(title: str, abstract: str, comments: str, expected: bool) -> None:
    assert names_report(normalise(title), normalise(abstract), normalise(comments)) is expected


@pytest.mark.parametrize(
    ("comments", "journal", "expected"),
    [
        ("Accepted at EMNLP", "", ACCEPTED),
        ("To appear in a journal", "", ACCEPTED),
        ("NeurIPS 2021", "", ACCEPTED),
        ("ACL 2022 (Findings)", "", ACCEPTED),
        ("CVPR'22", "", ACCEPTED),
        ("ICML 2022 (oral)", "", 1.0),
        ("Accepted; best student paper award", "", 1.0),
        ("", "J. Parsing 12 (2021) 1-20", ACCEPTED),
        ("Submitted to ICML 2022", "", 0.0),
        ("Under review at CVPR 2022", "", 0.0),
        ("Formerly submitted elsewhere, now accepted at ACL 2022", "", ACCEPTED),
        ("An oral history, 12 pages", "", 0.0),
        ("In ACL style, 2022", "", 0.0),
        ("12 pages, 4 figures", "", 0.0),
        ("", "", 0.0),
    ],
)
def test_acceptance(comments: str, journal: str, expected: float) -> None:
    assert acceptance(normalise(comments), normalise(journal)) == expected


@given(st.text(), st.text())
def test_any_text_has_an_answer(one: str, other: str) -> None:
    assert acceptance(normalise(one), normalise(other)) in (0.0, ACCEPTED, 1.0)
    for answer in (
        names_survey(normalise(one), normalise(other)),
        names_report(normalise(one), normalise(other), normalise(one)),
        names_release(normalise(one)),
    ):
        assert answer in (True, False)
