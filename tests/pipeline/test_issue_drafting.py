"""Drafting an edition's issue: from its list, its log, its news and the desk's facts; no database is needed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from paperradar.decisions import DecisionLog, EditionLog, Place, State, Vote
from paperradar.errors import NotFoundError, SettingsError, UsageError
from paperradar.files import write_atomically
from paperradar.pipeline.adding import add_page, add_paper
from paperradar.pipeline.curating import advance, cast_votes, place_papers
from paperradar.pipeline.desk_facts import DeskFacts, MonthFacts, facts_path
from paperradar.pipeline.editions import view_edition
from paperradar.pipeline.issue_drafting import (
    copy_templates,
    draft_issue,
    draft_text,
    news_file,
    templates_folder,
    write_draft,
)
from paperradar.publishing.issue_templates import TEMPLATES
from paperradar.publishing.issue_values import Note
from paperradar.workspace import Workspace
from tests.pipeline.listed import NOW, clock, decided, listed, workspace
from tests.publishing.builders import bundle, full_row, row

EDITION = "2022-05"
FIRST, SECOND, THIRD = "2204.10628", "2204.00002", "2204.00003"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A list of twelve rows, the first with everything, and votes by two curators."""
    made = listed(workspace(tmp_path), bundle([full_row(), *(row(rank) for rank in range(2, 13))]))
    cast_votes(made, EDITION, "Ann", {FIRST: (Vote.PICK, "Read it"), SECOND: (Vote.PICK, "")}, clock=clock)
    cast_votes(made, EDITION, "Bob", {FIRST: (Vote.NO, "Too long"), THIRD: (Vote.MENTION, "")}, clock=clock)
    return made


def placed(identifier: str, rank: int | None = None, **keys: str) -> Place:
    return Place(identifier, "mention" if rank is None else "top10", rank, keys.get("why", ""), "", "Ann", "")


def keep_facts(place: Workspace, months: tuple[MonthFacts, ...]) -> None:
    facts = DeskFacts(EDITION, "some", dt.date(2022, 5, 4), {}, months, {"first": "First"}, (), "")
    write_atomically(facts_path(place, EDITION), TypeAdapter(DeskFacts).dump_json(facts))


def month(name: str, papers: int, caught: int, *, whole: bool = True) -> MonthFacts:
    topics = {"first": caught} if caught else {}
    return MonthFacts(name, papers, papers // 2, topics, categorised=0, categories={}, whole=whole)


def test_a_decided_edition(place: Workspace) -> None:
    decided(place, [FIRST, SECOND], [THIRD], why="It is new.")
    issue = draft_issue(place, EDITION)
    assert (issue.state, issue.decided) == ("decided", True)
    assert not [text for text in issue.warnings if text.startswith("DRAFT")]
    assert [entry.items[0].identifier for entry in issue.entries] == [FIRST, SECOND]
    assert [item.identifier for item in issue.mentions] == [THIRD]
    item = issue.entries[0].items[0]
    assert (item.why, item.notes) == ("It is new.", (Note("Ann", "pick", "Read it"), Note("Bob", "no", "Too long")))
    assert item.facts[-1] == "Picked by 1 of 2 curators (1 no)"
    numbers = {statistic.label: statistic.value for statistic in issue.statistics}
    assert (numbers["Curators who voted"], numbers["Votes"]) == (2, 4)
    assert (numbers["Papers and pages that somebody picked"], numbers["Brought in by curators"]) == (2, 0)


def test_what_was_placed_after_the_decision_does_not_count(place: Workspace) -> None:
    decided(place, [FIRST])
    EditionLog(place.decisions, EDITION).place([placed(SECOND, 2)], at=NOW, out=[FIRST])
    assert [entry.items[0].identifier for entry in draft_issue(place, EDITION).entries] == [FIRST]


def test_an_edition_that_is_not_decided_says_so(place: Workspace) -> None:
    place_papers(place, EDITION, [placed(SECOND, 1)], clock=clock)
    issue = draft_issue(place, EDITION)
    assert issue.warnings[0].startswith("DRAFT: edition 2022-05 is open and not decided")
    assert not issue.decided


def test_nothing_chosen_says_what_to_do(place: Workspace) -> None:
    with pytest.raises(NotFoundError, match=r"nothing is chosen .* paperradar edition place 2022-05") as caught:
        draft_issue(place, EDITION)
    assert caught.value.exit_code == 1
    with pytest.raises(NotFoundError, match="no list of edition 2022-06"):
        draft_issue(place, "2022-06")
    with pytest.raises(UsageError, match="not an edition"):
        draft_issue(place, "../2022-05")


def test_pages_that_were_added_take_part(place: Workspace) -> None:
    page = add_page(
        place,
        EDITION,
        "https://lab.example/post",
        title="A post",
        authors=["Kim"],
        source="A lab",
        by="Ann",
        clock=clock,
    )
    add_paper(place, EDITION, "2203.00001", title="An older one", by="Ann", clock=clock)
    place_papers(place, EDITION, [placed(page.identifier, 1), placed("2203.00001", 2)], clock=clock)
    issue = draft_issue(place, EDITION)
    first, second = (entry.items[0] for entry in issue.entries)
    assert (first.title, first.url, first.authors, first.source) == ("A post", page.url, ("Kim",), "A lab")
    assert (second.title, second.source, second.year) == ("An older one", "arXiv:2203.00001", "2022")
    assert [link.url for link in second.links] == [
        "https://arxiv.org/pdf/2203.00001",
        "https://ar5iv.labs.arxiv.org/html/2203.00001",
    ]
    assert {statistic.value for statistic in issue.statistics if statistic.label == "Brought in by curators"} == {2}


def test_a_blind_vote_hides_authors(place: Workspace) -> None:
    place_papers(place, EDITION, [placed(FIRST, 1), placed(SECOND)], clock=clock)
    DecisionLog(place.decisions, place.settings.edition).freeze(EDITION, view_edition(place, EDITION).bundle_id, at=NOW)
    advance(place, EDITION, State.VOTING, by="Ann", clock=clock, blind=True)
    issue = draft_issue(place, EDITION)
    assert {reference.authors for reference in issue.references} == {()}
    assert issue.warnings[-1].startswith("Authors are left out")
    assert "Møller" not in draft_text(place, issue, "md").decode()


def test_news_come_from_a_file_that_people_keep(place: Workspace) -> None:
    decided(place, [FIRST])
    assert draft_issue(place, EDITION).news == ()
    path = news_file(place, EDITION)
    write_atomically(
        path, b'[[news]]\ntext = " A  date "\n[[news]]\ntext = "A model"\nlink = "https://a.example"\nsource = "A"'
    )
    assert [(item.text, item.link, item.source) for item in draft_issue(place, EDITION).news] == [
        ("A date", "", ""), ("A model", "https://a.example", "A"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[news]]\nlink = "https://a.example"', "news.text (entry 1): missing"),
        ('[[news]]\ntext = "\\u0007 "', "expected a text that is not empty"),
        ('[[news]]\ntext = "a"\nlink = "javascript:alert(1)"', "news.link (entry 1)"),
        ('[[news]]\ntext = "a"\nurl = "https://a.example"', "unknown key"),
        ("news = 3", "expected a list"),
        ("[[news", "not valid TOML"),
    ],
)
def test_wrong_news_are_one_line_naming_file_and_key(place: Workspace, text: str, words: str) -> None:
    decided(place, [FIRST])
    write_atomically(news_file(place, EDITION), text.encode())
    with pytest.raises(SettingsError) as caught:
        draft_issue(place, EDITION)
    assert str(caught.value).startswith(f"{news_file(place, EDITION)}: ")
    assert words in str(caught.value)


def test_months_come_from_the_desks_facts_where_it_kept_any(place: Workspace) -> None:
    decided(place, [FIRST])
    assert draft_issue(place, EDITION).warnings[-1].startswith("Plots by month are left out")
    keep_facts(place, (month("2022-03", 800, 0, whole=False), month("2022-04", 1000, 25), month("2022-06", 9, 1)))
    issue = draft_issue(place, EDITION)
    assert not [text for text in issue.warnings if "left out" in text]
    plots = {plot.name: plot for plot in issue.plots}
    assert plots["papers-by-month"].labels == ("2022-03", "2022-04")
    assert plots["papers-by-month"].series == {"papers": (None, 1000.0)}
    assert plots["topics-by-month"].series == {"First": (None, 5.0)}
    keep_facts(place, ())
    assert draft_issue(place, EDITION).warnings[-1].startswith("Plots by month are left out")


def test_drafts_are_written_to_the_workspaces_issues(place: Workspace, tmp_path: Path) -> None:
    decided(place, [FIRST])
    issue = draft_issue(place, EDITION)
    written = write_draft(place, issue, ("md", "html"))
    assert written.drafts == (place.issues / "2022-05.md", place.issues / "2022-05.html")
    assert written.drafts[0].read_bytes() == draft_text(place, issue, "md")
    other = write_draft(place, replace(issue, decided=False), ("md",), tmp_path / "elsewhere")
    assert other.drafts == (tmp_path / "elsewhere" / "2022-05.md",)


def test_templates_are_copied_once(place: Workspace) -> None:
    decided(place, [FIRST])
    issue = draft_issue(place, EDITION)
    before = [draft_text(place, issue, kind) for kind in ("md", "html")]
    done = copy_templates(place)
    assert [path.name for path in done.copied] == list(TEMPLATES)
    assert [draft_text(place, issue, kind) for kind in ("md", "html")] == before
    mine = templates_folder(place) / "issue.md.j2"
    mine.write_text("mine {{ issue.edition }}", encoding="utf-8")
    again = copy_templates(place)
    assert (again.copied, len(again.kept)) == ((), 3)
    assert draft_text(place, issue, "md") == b"mine 2022-05\n"


def test_the_issue_has_the_workspace_s_title(place: Workspace) -> None:
    publishing = place.settings.publishing.model_copy(update={"title": "Signals"})
    renamed = replace(place, settings=place.settings.model_copy(update={"publishing": publishing}))
    assert draft_issue(decided(renamed, [FIRST]), EDITION).title == "Signals: May 2022"
