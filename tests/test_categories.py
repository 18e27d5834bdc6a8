"""arXiv's categories, and what a wrong one is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.categories import archives, categories, check_category
from paperradar.settings import DEFAULT_CATEGORIES


def test_the_list_is_arxivs() -> None:
    assert len(categories()) == 155
    assert {len(archives()[name]) for name in ("cs", "math", "physics", "stat")} == {40, 32, 22, 6}
    assert set(DEFAULT_CATEGORIES) <= categories()
    assert {"hep-th", "gr-qc", "quant-ph", "math-ph", "nucl-ex", "cond-mat.str-el", "math.IT"} <= categories()
    assert not {"cs", "math", "astro-ph", "cs.XX", "CS.CL", "cmp-lg"} & categories()


@given(st.sampled_from(sorted(categories())))
def test_a_category_is_returned_as_it_is(name: str) -> None:
    assert check_category(name) == name
    with pytest.raises(ValueError, match="did you mean"):
        check_category(name.upper() if name.islower() else name.lower())


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("cs.cl", "cs.CL"),
        ("CS-CV", "cs.CV"),
        ("cs.CLL", "cs.CL"),
        ("stat-ML", "stat.ML"),
        ("hep_th", "hep-th"),
        ("cond-mat.strel", "cond-mat.str-el"),
    ],
)
def test_the_nearest_is_named(wrong: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f"^{wrong} is no category of arXiv; did you mean {meant}\\? "):
        check_category(wrong)


def test_an_archive_is_told_from_a_category() -> None:
    with pytest.raises(ValueError, match=r"^astro-ph is an archive; name its categories, such as astro-ph\.CO$"):
        check_category("astro-ph")


@pytest.mark.parametrize("wrong", ["", "computer science", "1234"])
def test_nothing_is_guessed_where_nothing_is_near(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"is no category of arXiv; https://arxiv\.org/category_taxonomy"):
        check_category(wrong)


@given(st.text(max_size=20).filter(lambda name: name not in categories()))
def test_every_other_text_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"is no category|is an archive"):
        check_category(name)
