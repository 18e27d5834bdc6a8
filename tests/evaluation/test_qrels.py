"""Labels of several sources against a pool."""

from __future__ import annotations

from paperradar.evaluation import Labels, judge, run_of, unite
from paperradar.ranking import rank
from paperradar.settings import RankingSettings
from tests.decisions.builders import pick
from tests.ranking.builders import candidate, known, pool, topic, unit


def test_sources_are_united_and_an_entry_anywhere_is_an_entry() -> None:
    picks = [
        pick("2204.00001", "a", role="top10", rank=1),
        pick("2204.00001", "b", role="mention"),
        pick("2204.00002", "a", role="mention"),
        pick("2204.00002", "b", role="mention"),
        pick("2204.00003", "b", role="pick"),
    ]
    assert unite(picks) == Labels(frozenset({"2204.00001", "2204.00003"}), frozenset({"2204.00002"}))
    assert unite([]) == Labels(frozenset(), frozenset())


def test_inside_and_outside_of_the_pool() -> None:
    judged = judge({"2204.00003", "2204.00001", "2112.00002"}, {"2204.00001", "2204.00009", "2204.00003"})
    assert judged.present == ("2204.00001", "2204.00003")
    assert judged.outside == ("2112.00002",)
    assert judged.total == 3


def test_a_shortlist_as_a_run_has_the_stories_members_at_their_row() -> None:
    papers = pool(
        [candidate("2204.00001"), candidate("2204.00002"), candidate("2204.00003")],
        [unit(1), unit(1, 0.1), unit(0, 1)],
        duplicates=[(0, 1, 0.99)],
    )
    run = run_of(rank(papers, known(topic("first", unit(1))), RankingSettings()))
    assert sorted(map(sorted, run)) == [["2204.00001", "2204.00002"], ["2204.00003"]]
