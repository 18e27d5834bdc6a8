"""Two tastes made one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.ranking import Taste, View
from paperradar.taste.mixing import mix, words_only


def a_taste(source: str, **shares: float) -> Taste:
    views = tuple(
        View(source, kind.replace("_", "-"), np.ones(2, np.float32), 0.0, 0.0, 1.0, share)  # type: ignore[arg-type]
        for kind, share in shares.items()
    )
    return Taste(views, dt.date(2022, 5, 5), "e", {"of": source})


@given(st.floats(0, 1))
def test_the_other_gets_its_share(share: float) -> None:
    made = mix(a_taste("own", title_words=0.25, text_vector=0.75), a_taste("prior", title_words=1.0), share)
    assert sum(view.share for view in made.views) == pytest.approx(1)
    assert sum(view.share for view in made.views if view.source == "prior") == pytest.approx(share)
    assert made.card == {"of": "own"}


def test_a_view_without_a_share_is_left_out() -> None:
    own, prior = a_taste("own", title_words=1.0), a_taste("prior", title_words=1.0)
    assert [view.source for view in mix(own, prior, 0.0).views] == ["own"]
    assert [view.source for view in mix(own, prior, 1.0).views] == ["prior"]
    with pytest.raises(ValueError, match="no share"):
        mix(own, prior, 1.5)


def test_words_take_over_what_vectors_had() -> None:
    left = words_only(a_taste("own", title_words=0.1, text_words=0.3, text_vector=0.6))
    assert left is not None
    assert {view.kind: view.share for view in left.views} == pytest.approx({"title-words": 0.25, "text-words": 0.75})
    assert words_only(a_taste("own", text_vector=1.0)) is None
