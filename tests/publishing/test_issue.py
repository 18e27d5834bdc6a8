"""What an issue says: its entries in their order, who said what, facts and references, and nothing invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from paperradar.decisions import Place, State, Vote
from paperradar.publishing.issue import Chosen, Voting, issue_of
from paperradar.publishing.issue_plots import Plot
from paperradar.publishing.issue_values import Entry, Issue, Item, Link, Note, Reference, Related, Statistic
from paperradar.publishing.news import NewsItem
from tests.publishing.builders import bundle, row
from tests.publishing.issues import NEWS, PAGE, ballot, chosen, made_bundle, made_issue, page, place


def test_the_entries_stand_in_their_order() -> None:
    issue = made_issue()
    assert [(entry.rank, len(entry.items)) for entry in issue.entries] == [*((n, 1) for n in range(1, 10)), (10, 2)]
    assert [entry.group for entry in issue.entries] == [*[""] * 9, "Datasets & benchmarks"]
    assert [item.identifier for item in issue.mentions] == ["2204.00013", "2204.00016"]
    assert (issue.edition, issue.title, issue.month) == ("2022-05", "Trends in AI: May 2022", "May 2022")
    assert issue.news == NEWS
    assert (issue.state, issue.decided) == ("decided", True)


def test_everything_known_of_an_entry() -> None:
    (item,) = made_issue().entries[1].items
    assert item.source == "arXiv:2204.10628"
    assert item.year == "2022"
    assert item.links == (
        Link("PDF", "https://arxiv.org/pdf/2204.10628"),
        Link("HTML", "https://ar5iv.labs.arxiv.org/html/2204.10628"),
        Link("Code", "https://github.com/a/b"),
        Link("Project", "https://a.example/demo"),
    )
    assert item.why == "It is new."
    assert item.notes == (Note("Ann", "pick", "Read it"), Note("Bob", "no", "Too long"))
    assert item.facts == (
        "Announced about 20 Apr 2022; cs.IR, cs.CL",
        "The authors' comment on arXiv: Accepted, 12 pages",
        "The abstract or the comment links to code, data or weights (1)",
        "The abstract or the comment links to other pages (1)",
        "Rank 1 on the list",
        "1 near-duplicate on arXiv in these weeks",
        "Featured before: entry 4 of 2022-03 (zeta-alpha); mentioned in 2022-04 (own)",
        "Picked by 1 of 2 curators (1 no)",
    )


def test_a_page_takes_part_with_what_is_known_of_it() -> None:
    (item,) = made_issue().entries[0].items
    assert (item.identifier, item.title, item.url, item.authors, item.source) == (
        "", "A post", PAGE, ("Kim Lee",), "A lab",
    )  # fmt: skip
    assert (item.year, item.links, item.abstract, item.related) == ("", (), "", ())
    assert item.facts == ()  # nobody voted on it


def test_without_votes_nothing_is_said_of_them() -> None:
    rows = made_bundle()["rows"]
    issue = issue_of(made_bundle(), [chosen(rows[1], place("2204.00002", 1))], state=State.OPEN, decided=False)
    assert not [fact for fact in issue.entries[0].items[0].facts if "Picked" in fact]
    assert "voted" not in issue.teaser


def test_related_works_are_near_duplicates_and_mentions_of_the_topic() -> None:
    issue = made_issue()
    story, mention = issue.entries[1].items[0].related
    assert (story.title, story.how) == ("Nearly the same", "near-duplicate, cosine 0.93")
    assert (mention.title, mention.how) == (
        "Paper 16 about retrieval", "mentioned this month, on Information-retrieval too",
    )  # fmt: skip
    by_number = {reference.number: reference for reference in issue.references}
    assert by_number[story.reference].url == "https://arxiv.org/abs/2204.10999"
    assert by_number[mention.reference].source == "arXiv:2204.00016"


def test_references_are_numbered_once_in_the_order_of_their_first_mention() -> None:
    issue = made_issue()
    assert [reference.number for reference in issue.references] == list(range(1, len(issue.references) + 1))
    assert len({reference.url for reference in issue.references}) == len(issue.references) == 14
    assert issue.references[0] == Reference(1, ("Kim Lee",), "A post", "", PAGE, "A lab")
    assert issue.references[2].title == "Nearly the same"
    items = [item for entry in issue.entries for item in entry.items] + list(issue.mentions)
    assert {issue.references[item.reference - 1].title for item in items} == {item.title for item in items}


def test_the_teaser_is_made_of_facts() -> None:
    assert made_issue().teaser == (
        "11 works. From 25 March to 5 May 2022, 3,400 papers of arXiv's were ranked, and 2 curators voted."
        " Topics: Information-retrieval, Diffusion."
    )


def test_what_is_not_decided_says_so() -> None:
    assert made_issue().warnings[0].startswith("Notes, votes and ranks are for whoever finishes this")
    open_one = made_issue(state=State.VOTING, decided=False)
    assert open_one.warnings[0] == ("DRAFT: edition 2022-05 is voting and not decided; its entries may still change.")


def test_gaps_missing_ranks_and_withdrawn_papers_are_told() -> None:
    rows = made_bundle()["rows"]
    gone = {**rows[4], "withdrawn": True}
    ones = [
        chosen(rows[1], place("2204.00002", 2)),
        chosen(rows[2], place("2204.00003")),
        chosen(gone, place("2204.00005", 5)),
    ]
    issue = issue_of(made_bundle(), ones, state=State.DECIDED, decided=True)
    assert [entry.rank for entry in issue.entries] == [2, 5, 6]
    assert issue.entries[2].items[0].identifier == "2204.00003"
    assert issue.warnings[1:] == (
        "Without a rank yet, and therefore last: 1 work.",
        "No entry has rank 1, 3, 4.",
        "Withdrawn on arXiv: Paper 5 about captions (2204.00005).",
        "Plots by month are left out: their numbers are made where paperradar desk starts.",
    )
    assert "Withdrawn by its authors since the list was frozen" in issue.entries[1].items[0].facts


def test_a_paper_without_row_and_title_is_named_by_its_identifier() -> None:
    one = Chosen(Place("2203.00009", "top10", 1, "", "", "Ann", "e"), "", (), "https://arxiv.org/abs/2203.00009")
    (item,) = issue_of(bundle([row(1)]), [one], state=State.OPEN, decided=False).entries[0].items
    assert (item.title, item.source, item.year) == ("arXiv:2203.00009", "arXiv:2203.00009", "2022")


def test_an_address_that_is_not_the_webs_is_no_link() -> None:
    issue = issue_of(bundle([row(1)]), [page(1, url="javascript:alert(1)")], state=State.OPEN, decided=False)
    assert issue.entries[0].items[0].url == issue.references[0].url == ""


def test_statistics_and_plots() -> None:
    issue = made_issue()
    numbers = {statistic.label: statistic.value for statistic in issue.statistics}
    assert numbers["Papers ranked"] == 3400
    assert numbers["Curators who voted"] == 2
    plots = {plot.name: plot for plot in issue.plots}
    assert list(plots) == ["papers-by-topic", "papers-by-category", "papers-by-month", "topics-by-month", "votes"]
    assert plots["papers-by-topic"].labels == ("Information retrieval", "Diffusion", "Datasets benchmarks")
    assert plots["papers-by-category"].series == {"papers": (40.0,)}
    assert plots["papers-by-month"].series == {"papers": (None, 900.0, 1100.0)}
    assert plots["topics-by-month"].series == {"Diffusion": (2.0, 3.0, 5.0)}
    assert plots["votes"].labels[0] == "=SUM of “everything”, with TeX $O(n^2)$"
    assert len(plots["votes"].labels) == 9
    assert [plot.name for plot in made_issue(trend=None).plots] == ["papers-by-topic", "papers-by-category", "votes"]


def test_categories_beyond_the_first_twelve_are_added_up() -> None:
    made = bundle([row(n) for n in range(1, 31)])
    for n, of in enumerate(made["rows"]):
        of["categories"] = [f"cs.{chr(65 + n % 15)}"] if n else []
    issue = issue_of(made, [chosen(made["rows"][0], place("2204.00001", 1))], state=State.OPEN, decided=False)
    (plot,) = [plot for plot in issue.plots if plot.name == "papers-by-category"]
    assert len(plot.labels) == 13
    assert plot.labels[-1] == "others"
    assert sum(value or 0 for value in plot.series["papers"]) == 29
    assert "others" not in plot.labels[:-1]
    assert plot.note.startswith("The 29 papers")


def test_votes_count_by_kind() -> None:
    of = made_bundle()["rows"][1]
    votes = {"A": ballot(Vote.PICK), "B": ballot(Vote.MAYBE), "C": ballot(Vote.PICK), "D": ballot(None, "Hm")}
    one = chosen(of, place("2204.00002", 1), **votes)
    issue = issue_of(
        made_bundle(), [one], state=State.OPEN, decided=False, voting=Voting(("A", "B", "C"), votes=3, picked=1)
    )
    assert issue.entries[0].items[0].facts[-1] == "Picked by 2 of 3 curators (1 maybe)"
    assert issue.entries[0].items[0].notes == (Note("D", "", "Hm"),)


@pytest.mark.parametrize(
    "kind",
    [Issue, Entry, Item, Link, Note, Related, Reference, Statistic, Plot, NewsItem],
    ids=lambda kind: kind.__name__,
)
def test_the_documentation_names_every_field(root: Path, kind: type) -> None:
    text = (root / "docs" / "publishing.md").read_text(encoding="utf-8")
    name = {"NewsItem": "News"}.get(kind.__name__, kind.__name__)
    part = re.search(rf"\n#### {name}\n(.*?)(?=\n#|\Z)", text, re.DOTALL)
    assert part, f"docs/publishing.md has no part #### {name}"
    told = re.findall(r"^\| `(\w+)` \|", part[1], re.MULTILINE)
    fields = kind.model_fields if issubclass(kind, NewsItem) else kind.__dataclass_fields__  # type: ignore[attr-defined]
    assert told == list(fields)


def test_coverage_is_a_sentence() -> None:
    said = made_bundle() | {"coverage": {"line": "coverage: unknown for 30 announcement days"}}
    ones = [chosen(said["rows"][0], place(said["rows"][0]["identifier"], 1))]
    issue = issue_of(said, ones, state=State.DECIDED, decided=True)
    assert issue.coverage == "Coverage: unknown for 30 announcement days"
