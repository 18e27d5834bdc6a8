"""``paperradar edition``: from the frozen list to the published issue."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from paperradar.cli.edition import app
from paperradar.decisions import EditionLog, page_identifier
from paperradar.errors import InputError, NotFoundError, UsageError
from paperradar.workspace import Workspace, find_workspace, init_workspace
from tests.pipeline.builders import Placed, fan, filled, paper
from tests.pipeline.curated import EDITION, at_rank, cast, write_list
from tests.pipeline.curated import freeze as freeze_list

URL = "https://a.example/post"
PAGE = page_identifier(URL)


@pytest.fixture
def place(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The present folder's workspace with a list of 16 rows; it is 3 May, and Ann is at the keyboard."""
    monkeypatch.setenv("PAPERRADAR_CLOCK", "2022-05-03T12:00:00+00:00")
    monkeypatch.setenv("PAPERRADAR_CURATOR", "Ann")
    found = find_workspace(workspace, {}, workspace)
    write_list(found)
    return found


def run(command: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, [command, EDITION, *arguments])


def said(command: str, *arguments: str) -> str:
    """What a call that goes well prints."""
    result = run(command, *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def refused(kind: type[Exception], command: str, *arguments: str) -> str:
    result = run(command, *arguments)
    assert isinstance(result.exception, kind), (result.output, result.exception)
    return str(result.exception)


def shown(*arguments: str) -> Any:
    return json.loads(said("show", "--json", *arguments))


def compose(*ranks: int) -> str:
    return said("place", "--order", *(at_rank(rank) for rank in ranks))


def test_a_list_of_which_nothing_is_said(place: Workspace) -> None:
    lines = said("show").splitlines()
    assert lines[0] == "Edition 2022-05 is open"
    assert lines[1].startswith("list:   16 rows, bundle ")
    assert lines[2] == "votes:  nobody has voted yet"
    assert "paperradar edition place 2022-05 --from-votes" in lines[-1]
    assert (shown()["state"], shown()["depth"], shown()["cards"]) == ("open", None, [])


def test_freezing_makes_the_list_and_its_undo_opens_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init_workspace(tmp_path)
    for profile in (tmp_path / "config" / "topics").glob("*.toml"):
        profile.unlink()
    filled(tmp_path, [Placed(paper(n), angle=angle) for n, angle in enumerate(fan(4), start=1)])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERRADAR_CLOCK", "2022-05-03T12:00:00+00:00")
    assert said("freeze", "--by", "ann").startswith("edition 2022-05 is frozen, on 2022-05-03: 4 rows, bundle ")
    assert said("freeze", "--by", "ben").startswith("edition 2022-05 was frozen already, on 2022-05-03: 4 rows")
    assert shown()["reached"]["frozen"]["by"] == "ann"
    assert said("freeze", "--undo") == "edition 2022-05 is open again\n"
    assert "nothing to undo" in refused(UsageError, "freeze", "--undo")


def test_voting_is_opened_on_a_frozen_list(place: Workspace) -> None:
    assert "paperradar edition freeze 2022-05" in refused(UsageError, "vote")
    name = freeze_list(place)
    result = run("vote", "--blind")
    assert result.stdout.splitlines() == [
        f"edition 2022-05 is open to votes on bundle {name}, authors hidden",
        "votes:  nobody has voted yet",
    ]
    assert "paperradar desk" in result.stderr
    assert "paperradar review import" in result.stderr
    cast(place, "Ann", r1="pick", r2="no", r3="no")
    cast(place, "Ben", r1="pick")
    assert said("vote").splitlines() == [
        f"edition 2022-05 is already open to votes on bundle {name}, authors hidden",
        "votes:  Ann 3 (2 no, 1 pick), Ben 1 (1 pick)",
    ]
    assert said("vote", "--no-blind").splitlines()[0] == f"edition 2022-05 is open to votes on bundle {name}"
    assert "is open to votes again" in said("vote", "--undo")
    assert said("vote", "--undo") == "edition 2022-05 is frozen again\n"


def test_tallies_disagreements_and_hidden_authors(place: Workspace) -> None:
    cast(place, "Ann", r4="pick", r2="pick", r7="no")
    cast(place, "Ben", r2="pick", r4="no")
    text = said("show")
    assert "Disagreements" not in text
    assert text.index(at_rank(2)) < text.index(at_rank(4))
    assert "Paper 2 about graphs — Ann Møller, Richard Roe Jr." in text
    assert at_rank(7) not in text, "nobody picked it"
    split = said("show", "--disagreements", "--blind")
    assert "Møller" not in split
    assert split.index("Disagreements") < split.index("Ann: pick, Ben: no") < split.index("By approval")
    found = shown("--disagreements")
    assert [card["rank"] for card in found["cards"]] == [4, 2, 7]
    assert found["approved"] == [at_rank(2), at_rank(4)]
    assert found["curators"] == {"Ann": {"pick": 2, "no": 1}, "Ben": {"pick": 1, "no": 1}}
    assert found["cards"][0]["votes"]["Ben"] == {"vote": "no", "note": "", "at": "2022-05-03T12:00:00+00:00"}
    assert "authors" in found["cards"][0]
    assert "authors" not in shown("--blind")["cards"][0]
    cast(place, "Ben", r4="pick")
    assert "Nobody disagrees" in said("show", "--disagreements")


def test_a_blind_vote_hides_authors_unasked(place: Workspace) -> None:
    freeze_list(place)
    said("vote", "--blind")
    cast(place, "Ann", r1="pick")
    assert "Møller" not in said("show")
    assert shown()["blind"] is True


def test_papers_get_their_places_by_hand(place: Workspace) -> None:
    assert said("place", at_rank(5), "--rank", "1", "--why", "it is [clear]").splitlines() == [
        "The ten, as composed now:",
        f"   1  {at_rank(5):<17}  Paper 5 about captions",
        f"{'':>25}it is [clear]",
    ]
    said("place", at_rank(6), at_rank(7), "--rank", "2", "--group", "Models")
    said("place", at_rank(8), at_rank(9), "--mention")
    result = run("place", at_rank(10), "--rank", "4")
    assert result.stderr == "note: nothing stands at rank 3\n"
    issue = shown()["issue"]
    assert [(item["identifier"], item["role"], item["rank"], item["group"], item["by"]) for item in issue] == [
        (at_rank(5), "top10", 1, "", "Ann"),
        (at_rank(6), "top10", 2, "Models", "Ann"),
        (at_rank(7), "top10", 2, "Models", "Ann"),
        (at_rank(10), "top10", 4, "", "Ann"),
        (at_rank(8), "mention", None, "", "Ann"),
        (at_rank(9), "mention", None, "", "Ann"),
    ]
    assert "Paper 6 about benchmarks [Models]" in said("show")
    said("place", f"https://arxiv.org/abs/{at_rank(8)}v1", "--ten", "--rank", "3")
    said("place", at_rank(10), at_rank(9), "--out", "--by", "Ben")
    assert [item["rank"] for item in shown()["issue"]] == [1, 2, 2, 3]
    assert compose(7, 5).count("\n") == 4
    assert [item["identifier"] for item in shown()["issue"]] == [at_rank(7), at_rank(5)]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("2204.00001", "--from-votes"),
        ("--from-votes", "--mention"),
        ("2204.00001", "--out", "--rank", "2"),
        ("2204.00001", "--out", "--order"),
        ("2204.00001", "--order", "--why", "x"),
        ("2204.00001", "--out", "--mention"),
        ("2204.00001", "2204.00002", "--rank", "2"),
        ("2204.00001", "2204.00002", "--rank", "2", "--group", "G", "--why", "x"),
    ],
)
def test_calls_that_do_not_say_one_thing(place: Workspace, arguments: tuple[str, ...]) -> None:
    refused(UsageError, "place", *arguments)
    assert EditionLog(place.decisions, EDITION).entries() == ()


def test_what_takes_no_part_has_no_place(place: Workspace) -> None:
    assert "paperradar edition add 2022-05 2201.00001" in refused(NotFoundError, "place", "2201.00001", "--rank", "1")
    page = refused(NotFoundError, "place", "https://a.example/post", "--rank", "1")
    assert "paperradar edition add 2022-05 ADDRESS --title TEXT" in page
    assert run("place", at_rank(1), "--rank", "0").exit_code == 2


def test_the_ten_of_the_votes(place: Workspace) -> None:
    assert "nobody picked" in refused(InputError, "place", "--from-votes")
    cast(place, "Ann", **{f"r{n}": "pick" for n in range(1, 13)})
    cast(place, "Ben", r12="pick", r5="pick")
    result = run("place", "--from-votes")
    assert [line.split()[:2] for line in result.stdout.splitlines()[1:]] == [["1", at_rank(5)], ["2", at_rank(12)]]
    tied = str(result.exception)
    assert isinstance(result.exception, InputError)
    assert "10 papers are tied for the last places" in tied
    assert at_rank(11) in tied
    assert len(shown()["issue"]) == 2
    said("place", "--from-votes", "--size", "12")
    assert len(shown()["issue"]) == 12


def test_the_ten_of_the_votes_take_out_nobody(place: Workspace) -> None:
    cast(place, "Ann", r1="pick", r2="pick")
    said("place", at_rank(7), "--rank", "1", "--why", "the first one that scales")
    before = shown()["issue"]
    told = refused(InputError, "place", "--from-votes")
    assert f"paperradar edition place 2022-05 {at_rank(7)} --out" in told
    assert shown()["issue"] == before
    said("place", at_rank(7), "--out")
    said("place", "--from-votes")
    assert [item["identifier"] for item in shown()["issue"]] == [at_rank(1), at_rank(2)]


def test_the_last_change_is_undone(place: Workspace) -> None:
    compose(1, 2)
    said("place", at_rank(2), "--out")
    assert at_rank(2) in said("place", "--undo")
    assert "nothing is composed yet" in said("place", "--undo")
    assert "changed nothing" in refused(NotFoundError, "place", "--undo")
    refused(UsageError, "place", at_rank(1), "--undo")


def test_a_small_team_decides_at_once_and_is_told(place: Workspace) -> None:
    compose(3, 1)
    result = run("decide")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == ["edition 2022-05 is decided", "The ten, as decided:"]
    assert result.stderr.splitlines() == [
        "note: its list was not frozen",
        "note: votes were not opened",
        "note: it has 2 ranks of 10",
        "draft the issue with: paperradar publish draft 2022-05",
    ]
    again = run("decide")
    assert again.stdout.splitlines()[0] == "edition 2022-05 was decided already"
    assert again.stderr == "draft the issue with: paperradar publish draft 2022-05\n"
    assert "paperradar edition decide 2022-05 --undo" in refused(UsageError, "place", at_rank(1), "--rank", "3")
    assert said("decide", "--undo") == "edition 2022-05 is open again\n"


def test_gaps_and_doubles_are_no_decision(place: Workspace) -> None:
    assert "nothing is chosen" in refused(InputError, "decide")
    said("place", at_rank(1), "--rank", "1")
    said("place", at_rank(2), "--rank", "1")
    said("place", at_rank(3), "--rank", "3")
    assert refused(InputError, "decide") == (
        "edition 2022-05 cannot be decided: rank 1 has 2 papers that are not one named group (2204.00001, 2204.00002);"
        " nothing stands at rank 2"
    )
    compose(*range(1, 12))
    assert "--size" in refused(InputError, "decide")
    assert said("decide", "--size", "11").splitlines()[0] == "edition 2022-05 is decided"


def test_how_deep_the_ten_were_found(place: Workspace) -> None:
    name = freeze_list(place)
    said("add", URL, "--title", "A post", "--author", "A. B", "--source", "Blog")
    said("place", "--order", at_rank(9), URL, at_rank(2), at_rank(4))
    assert "How deep" not in said("show")
    said("decide")
    assert said("show").splitlines()[-4:] == [
        f"How deep the ten were found in the list {name}:",
        "  ranks 9, -, 2, 4",
        "  median 4; 3 within the first 50, 3 within the first 100",
        f"  not on the list: {PAGE}",
    ]
    assert shown()["depth"] == {
        "bundle": name,
        "ranks": {at_rank(9): 9, PAGE: None, at_rank(2): 2, at_rank(4): 4},
        "median": 4.0,
        "within": {"50": 3, "100": 3},
        "off_list": [PAGE],
    }


def test_publishing_says_where(place: Workspace) -> None:
    assert "paperradar edition decide 2022-05" in refused(UsageError, "publish")
    compose(1)
    said("decide")
    assert "web address" in refused(InputError, "publish", "--url", "somewhere")
    assert said("publish") == "edition 2022-05 is published\n"
    assert said("publish", "--url", URL) == f"edition 2022-05 is published: {URL}\n"
    assert said("publish") == f"edition 2022-05 is already published: {URL}\n"
    assert f"published  2022-05-03 12:00 UTC by Ann, at {URL}" in said("show")
    assert "edition publish 2022-05 --undo" in refused(UsageError, "decide", "--undo")
    assert said("publish", "--undo") == "edition 2022-05 is published again\n", "without the address, as before"
    assert said("publish", "--undo") == "edition 2022-05 is decided again\n"


def test_adding_and_taking_back(place: Workspace) -> None:
    assert said("add", URL, "--title", "A post") == f"{PAGE} takes part in 2022-05: A post\n"
    assert "1 added from elsewhere" in said("show")
    assert said("add", URL, "--undo") == f"{PAGE} takes no part in 2022-05 any more: A post\n"
    assert "title" in refused(InputError, "add", URL)
    assert "at rank 1" in refused(InputError, "add", at_rank(1))
    assert said("add", "2203.00001", "--title", "Not in the store").startswith("2203.00001 takes part")
    assert "for pages" in refused(UsageError, "add", "2203.00002", "--author", "A. B")
    refused(InputError, "add", "the one about cats")


def test_what_changed_between_two_lists(place: Workspace) -> None:
    assert "not frozen" in refused(UsageError, "diff")
    before = freeze_list(place)
    assert said("diff").splitlines() == [f"Edition 2022-05: from {before} to {before}", "nothing changed"]
    after = write_list(place, 18).bundle_id
    assert said("diff").splitlines() == [
        f"Edition 2022-05: from {before} to {after}",
        "2 entered",
        f"            17  {at_rank(17)}    Paper 17 about diffusion",
        f"            18  {at_rank(18)}    Paper 18 about graphs",
    ]
    assert "2 left" in said("diff", "--from", after, "--to", before)
    found = json.loads(said("diff", "--json"))
    assert (found["from"], found["to"], [change["after"] for change in found["entered"]]) == (before, after, [17, 18])
    assert set(found) == {"edition", "from", "to", "entered", "left", "moved", "new_version", "withdrawn"}
    assert before in refused(NotFoundError, "diff", "--from", "0" * 12)


def test_who_is_at_the_keyboard(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def by() -> str:
        return EditionLog(place.decisions, EDITION).places()[0].by

    said("place", at_rank(1), "--rank", "1", "--by", "Ben")
    assert by() == "Ben"
    said("place", at_rank(1), "--rank", "2")
    assert by() == "Ann"
    monkeypatch.delenv("PAPERRADAR_CURATOR")
    monkeypatch.setattr(getpass, "getuser", lambda: "login")
    said("place", at_rank(1), "--rank", "3")
    assert by() == "login"

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert "--by" in refused(UsageError, "place", at_rank(1), "--rank", "4")


def test_an_edition_without_a_list(workspace: Path) -> None:
    assert "paperradar shortlist --month 2022-05" in refused(NotFoundError, "show")
    assert isinstance(CliRunner().invoke(app, ["show", "May"]).exception, UsageError)
