"""Learning a taste."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from paperradar.lexical import tokenise
from paperradar.ranking import Examples
from paperradar.ranking.taste import OWN_VIEWS, standard_scores
from paperradar.settings import TasteSettings, ViewSettings
from paperradar.taste import learn
from paperradar.taste.keeping import taste_bytes
from paperradar.taste.learning import OTHERS_VIEW
from tests.evaluation.builders import AXES, examples, past_pick
from tests.taste.builders import ENCODER, UNTIL, a_past, learnt, of_source, only_view, with_abstracts

KINDS = ("title-vector", "text-vector", "title-words", "text-words")


@pytest.mark.parametrize("kind", KINDS)
def test_each_view_prefers_what_was_picked(kind: str) -> None:
    view = only_view(learnt(a_past()), OWN_VIEWS, kind)
    texts = [tokenise("sparse retrieval of new things"), tokenise("plasma waves of new things")]
    like, unlike = standard_scores(view, vectors=np.stack(AXES), texts=texts)
    assert like > 1
    assert like > unlike


@pytest.mark.parametrize("kind", KINDS)
def test_ordinary_papers_have_mean_zero_and_deviation_one(kind: str) -> None:
    past = a_past(10, 40)
    # Papers on two axes alone would all have one score.
    past = [replace(item, vector=item.vector + 0.1 * np.float32(n % 7)) for n, item in enumerate(past)]
    made = with_abstracts(examples(past))
    taste = learn(made, ("ours",), TasteSettings(), encoder=ENCODER, until=UNTIL)
    assert taste is not None
    rows = made.ordinary()
    vectors = made.title_vectors if kind.startswith("title") else made.vectors
    scores = standard_scores(
        only_view(taste, OWN_VIEWS, kind), vectors=vectors[rows], texts=[made.tokens[row] for row in rows]
    )
    assert scores.mean() == pytest.approx(0, abs=1e-3)
    assert scores.std() == pytest.approx(1, abs=1e-3)


def test_the_same_past_gives_the_same_bytes() -> None:
    assert taste_bytes(learnt(a_past())) == taste_bytes(learnt(a_past()))


def test_shares_add_up_and_the_teams_own_picks_count_most() -> None:
    taste = learnt([*a_past(20), *of_source("theirs", 20, 20), *of_source("small", 8, 40)])
    by_source: dict[str, float] = {}
    for view in taste.views:
        by_source[view.source] = by_source.get(view.source, 0.0) + view.share
    assert set(by_source) == {OWN_VIEWS, "theirs", OTHERS_VIEW}
    assert sum(by_source.values()) == pytest.approx(1)
    assert by_source["theirs"] + by_source[OTHERS_VIEW] < by_source[OWN_VIEWS] * TasteSettings().others
    assert by_source[OTHERS_VIEW] < by_source["theirs"], "few picks say little"
    alone = learnt([*a_past(20), *of_source("theirs", 20, 20)])
    own = sum(view.share for view in alone.views if view.source == OWN_VIEWS)
    assert 1 - own == pytest.approx(own * TasteSettings().others), "as many picks, as new"


def test_another_source_is_never_taken_for_the_team() -> None:
    taste = learnt([*of_source("ours", 10), *of_source(OWN_VIEWS, 25, 20), *a_past(0)], "ours")
    own = [view for view in taste.views if view.source == OWN_VIEWS]
    assert len(own) == len(KINDS)


def test_views_and_sources_can_be_switched_off() -> None:
    past = [*a_past(20), *of_source("theirs", 20, 20)]
    words = TasteSettings(views=ViewSettings(title_vector=0, text_vector=0), others=0)
    assert {(view.source, view.kind) for view in learnt(past, settings=words).views if view.share} == {
        (OWN_VIEWS, "title-words"),
        (OWN_VIEWS, "text-words"),
    }


def test_papers_without_an_abstract_teach_nothing_about_abstracts() -> None:
    taste = learn(examples(a_past()), ("ours",), TasteSettings(), encoder=ENCODER, until=UNTIL)
    assert taste is not None
    assert {view.kind for view in taste.views} == {"title-vector", "title-words"}


def test_too_few_picks_teach_nothing() -> None:
    made = examples(a_past(TasteSettings().least_view - 1))
    assert learn(made, ("ours",), TasteSettings(), encoder=ENCODER, until=UNTIL) is None
    assert learn(examples(a_past(10, 0)), ("ours",), TasteSettings(), encoder=ENCODER, until=UNTIL) is None
    assert learn(Examples(), ("ours",), TasteSettings(), encoder=ENCODER, until=UNTIL) is None


def test_older_picks_and_mentions_count_less() -> None:
    """Half of the picks lie on another axis; as they lose weight, so does that axis."""
    elsewhere = np.roll(AXES[0], 3)

    def weight_of_others(**keys: object) -> float:
        others = [replace(item, vector=elsewhere) for item in of_source("ours", 10, 10, **keys)]
        view = only_view(learnt([*a_past(10), *others]), OWN_VIEWS, "text-vector")
        return float(view.weights @ elsewhere)

    alike = weight_of_others()
    assert weight_of_others(days=-2000) < alike
    assert weight_of_others(role="mention") < alike


def test_only_the_most_telling_terms_are_kept() -> None:
    full, cut = learnt(a_past()), learnt(a_past(), most_terms=3)
    view, whole = only_view(cut, OWN_VIEWS, "title-words"), only_view(full, OWN_VIEWS, "title-words")
    assert len(view.terms) == len(view.weights) == len(view.idf) == 3 < len(whole.terms)
    assert (np.diff(view.terms.astype(object)) > 0).all()
    assert set(view.terms.tolist()) <= set(whole.terms.tolist())
    assert {int(tokenise("retrieval")[0]), int(tokenise("sparse")[0])} <= set(view.terms.tolist())
    like, unlike = standard_scores(
        view, vectors=np.zeros((2, 0), np.float32), texts=[tokenise("sparse retrieval"), tokenise("plasma waves")]
    )
    assert like > unlike


def test_the_card_says_from_what_it_was_learnt() -> None:
    taste = learnt([*a_past(), *of_source("theirs", 20, 20)])
    assert taste.trained_until == UNTIL
    assert taste.card == {
        "trained_until": "2022-04-05",
        "encoder": ENCODER,
        "picks": {OWN_VIEWS: 10, "theirs": 20},
        "ordinary_papers": 30,
        "first_day": "2022-02-10",
        "last_day": "2022-02-10",
    }


def test_a_papers_newest_pick_by_the_group_decides_its_weight() -> None:
    pick = past_pick("ours", days=0)
    again = [replace(item, picks=(past_pick("ours", days=-3000), *item.picks)) for item in of_source("ours", 10)]
    twice = only_view(learnt([*again, *a_past(0)]), OWN_VIEWS, "text-vector")
    once = only_view(learnt([*of_source("ours", 10), *a_past(0)]), OWN_VIEWS, "text-vector")
    assert pick.decided_on == again[0].picks[-1].decided_on
    assert twice.weights == pytest.approx(once.weights)
