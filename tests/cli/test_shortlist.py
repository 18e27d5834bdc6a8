"""``paperradar shortlist``."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from paperradar.cli.app import app
from paperradar.decisions import DecisionLog
from paperradar.encoding import encoder_card
from paperradar.errors import NotFoundError, UsageError
from paperradar.pipeline.fetching import fetch
from paperradar.pipeline.freezing import freeze_edition
from paperradar.pipeline.tasting import measured_settings
from paperradar.ranking import Taste
from paperradar.taste.keeping import TasteShelf
from paperradar.workspace import Workspace, init_workspace, read_workspace
from tests.pipeline.builders import Placed, fan, filled, paper, put
from tests.pipeline.fetched import Ran, calm, command, days_between, encoded, morning, workspace_for
from tests.standin import StandIn, World
from tests.standin.scenarios import parse_scenario


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six papers; the profile that their vectors are chosen for is the only one."""
    init_workspace(tmp_path)
    for profile in (tmp_path / "config" / "topics").glob("*.toml"):
        profile.unlink()
    (tmp_path / "config" / "topics" / "first.toml").write_text(
        'name = "First"\ndescription = "About the first axis."\ninclude = ["first things"]\n'
        '[[seeds]]\nidentifier = "1901.00001"\ntitle = "A seed"\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    filled(tmp_path, [Placed(paper(n), angle=angle) for n, angle in enumerate(fan(6), start=1)])
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["shortlist", *arguments])


def test_it_shows_the_top_and_says_where_the_files_lie(workspace: Path) -> None:
    result = run("--month", "2022-05")
    assert result.exit_code == 0, result.exception
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Edition 2022-05: 6 papers announced from 2022-03-25 to 2022-05-05, 6 of 6 rows")
    assert lines[2].split()[:3] == ["1", "400", "2204.00001"]
    assert lines[-3:] == [
        "coverage: unknown for 30 announcement days (imported, or not checked day by day)",
        f"CSV:  {workspace / 'data' / 'shortlists' / '2022-05.csv'}",
        f"Page: {workspace / 'data' / 'shortlists' / '2022-05.html'}",
    ]
    assert "The store ends with 2022-04-20" in result.stderr
    assert all(line == line.rstrip() for line in lines)


def test_marks_are_taken_first_and_it_says_so(workspace: Path) -> None:
    run("--month", "2022-05")
    sheet = workspace / "data" / "shortlists" / "2022-05.csv"
    sheet.write_bytes(sheet.read_bytes().replace(b",,,\r\n", b",pick,,Ann\r\n", 1))
    result = run("--month", "2022-05")
    assert "note: took the marks of 1 row from 2022-05.csv into the decisions log" in result.stderr
    assert DecisionLog(workspace / "data" / "decisions").marks("2022-05")["2204.00001"].curator == "Ann"
    sheet.write_bytes(sheet.read_bytes().replace(b",pick,,Ann\r\n", b",no,,Ben\r\n", 1))
    assert "note: 2204.00001: pick (Ann) became no (Ben)\n" in run("--month", "2022-05").stderr


def test_it_shows_the_rows_of_a_frozen_list_and_what_came_later(workspace: Path) -> None:
    place = read_workspace(workspace)
    freeze_edition(place, "2022-05", clock=lambda: dt.datetime(2022, 5, 1, 12, tzinfo=dt.UTC), by="ann")
    best = replace(paper(81, "2205"), title="On first things")
    put(place, [Placed(best, dt.date(2022, 5, 3), angle=-0.63)])
    result = run("--month", "2022-05")
    shown = [line.split()[:3] for line in result.stdout.splitlines() if "2204." in line or "2205." in line]
    assert [(rank, identifier) for rank, _, identifier in shown][::6] == [("1", "2204.00001"), ("7", "2205.00081")]
    assert "note: Frozen on 2022-05-01; 1 paper announced since is appended as late." in result.stderr


def test_a_format_goes_to_stdout_and_leaves_the_files_alone(workspace: Path) -> None:
    rows = json.loads(run("--month", "2022-05", "--format", "json", "--top", "2").stdout)["rows"]
    assert [row["rank"] for row in rows] == [1, 2]
    assert run("--month", "2022-05", "--output", "-").stdout_bytes.startswith(b"\xef\xbb\xbfrank,")
    assert not (workspace / "data" / "shortlists").exists()


@pytest.mark.parametrize(
    ("name", "begins"), [("mine.csv", b"\xef\xbb\xbf"), ("mine.html", b"<!doctype"), ("m.json", b"{")]
)
def test_a_files_name_tells_its_format(workspace: Path, name: str, begins: bytes) -> None:
    result = run("--month", "2022-05", "--output", name)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.endswith(f"wrote {name}\n")
    assert (workspace / name).read_bytes().startswith(begins)


def test_all_rows(workspace: Path) -> None:
    settings = workspace / "config" / "paperradar.toml"
    settings.write_text("[ranking]\nrows = 3\n", encoding="utf-8")
    for top, count in ((None, 3), ("5", 5), ("all", 6)):
        call = ("--month", "2022-05", "--format", "json", *(("--top", top) if top else ()))
        assert len(json.loads(run(*call).stdout)["rows"]) == count


def test_a_sheet_that_cannot_be_read_is_a_warning(workspace: Path) -> None:
    run("--month", "2022-05")
    sheet = workspace / "data" / "shortlists" / "2022-05.csv"
    sheet.write_bytes(b"nonsense\r\n1\r\n")
    result = run("--month", "2022-05")
    assert result.exit_code == 0
    assert "warning: marks were not read" in result.stderr
    assert "left as it is" in result.stderr
    assert sheet.read_bytes() == b"nonsense\r\n1\r\n"
    assert "2022-05." in result.stdout.splitlines()[-2].removeprefix("CSV:")


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (("--month", "May"), "not an edition"),
        (("--month", "2022-05", "--top", "few"), "--top"),
        (("--month", "2022-05", "--top", "0"), "--top"),
        (("--month", "2022-05", "--since", "yesterday"), "--since"),
        (("--month", "2022-05", "--since", "2022-W18-1"), "--since"),
        (("--month", "2022-05", "--output", "list.xlsx"), "--format"),
        (("--month", "2022-05", "--output", "data/shortlists/2022-05.csv"), "the editions' own files"),
        (
            ("--month", "2022-05", "--format", "csv", "--output", "config/../data/shortlists/x"),
            "the editions' own files",
        ),
        (("--month", "2022-05", "--since", "2022-05-02", "--until", "2022-05-01"), "--until"),
        (("--month", "2022-05", "--sample", "--workspace", "."), "--workspace"),
    ],
)
def test_a_wrong_call(workspace: Path, call: tuple[str, ...], word: str) -> None:
    error = run(*call).exception
    assert isinstance(error, UsageError)
    assert word in str(error)


def test_an_empty_window_is_an_error_and_no_file(workspace: Path) -> None:
    assert isinstance(run("--month", "2023-05").exception, NotFoundError)
    assert not (workspace / "data" / "shortlists").exists()


def test_what_is_no_file_is_written_to_and_a_link_is_followed(workspace: Path) -> None:
    target = workspace / "target.csv"
    target.write_bytes(b"")
    (workspace / "link.csv").symlink_to(target)
    assert run("--month", "2022-05", "--output", "link.csv").exit_code == 0
    assert (workspace / "link.csv").is_symlink()
    assert target.read_bytes().startswith(b"\xef\xbb\xbfrank,")
    assert run("--month", "2022-05", "--format", "csv", "--output", os.devnull).exit_code == 0
    assert not Path(os.devnull).is_file()


# Windows that were never fetched, and strictness

DAYS = days_between("2021-06-01", "2021-06-03")
TUE, WED, THU = DAYS
WORLD = calm(World.made(DAYS, new_per_day=3))
JULY = ("shortlist", "--month", "2021-07")
MISSING = "coverage: 2 of 3 announcement days complete; missing: 2021-06-02"


@pytest.fixture
def arxiv() -> Iterator[StandIn]:
    with StandIn(WORLD, now=morning(THU)) as standin:
        yield standin


@pytest.fixture
def online(arxiv: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A new workspace, which is the present folder, on Thursday; the window of 2021-07 begins on the first of June."""
    found = workspace_for(arxiv, tmp_path, attempts=2, edition={"opens_days_before": 0, "closes_on_day": 1})
    encoded(found, WORLD)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAPERRADAR_OFFLINE")
    monkeypatch.setenv("PAPERRADAR_CLOCK", morning(THU).isoformat())
    return found


@pytest.fixture
def gap(online: Workspace, arxiv: StandIn) -> Workspace:
    """Tuesday and Thursday were fetched."""
    for day in (TUE, THU):
        arxiv.now = morning(day)
        fetch(online, day=day, clock=lambda: arxiv.now)
    arxiv.clear()
    return online


def ranked(found: Ran) -> str:
    return found.out.splitlines()[0].split(", ")[1]


def test_a_window_that_was_never_fetched_is_fetched_first(online: Workspace, arxiv: StandIn) -> None:
    found = command(*JULY)
    assert found.code == 0
    assert found.err.startswith(
        "nothing of 2021-06-01 to 2021-07-01 was ever fetched or imported; asking arXiv (--offline would not)\n"
    )
    assert "warning" not in found.err
    assert ranked(found) == "9 of 9 rows"
    assert "coverage: 3 of 3 announcement days complete (2 by submission)" in found.out
    assert (online.shortlists / "2021-07.csv").exists()
    assert {hit.source for hit in arxiv.log} == {"api", "rss", "oai"}
    arxiv.clear()
    again = command(*JULY)
    assert (again.code, ranked(again)) == (0, "9 of 9 rows")
    assert "asking arXiv" not in again.err
    assert arxiv.log == []


@pytest.mark.parametrize("how", ["--offline", "PAPERRADAR_OFFLINE"])
def test_offline_asks_nothing(online: Workspace, arxiv: StandIn, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    if how.startswith("--"):
        found = command(*JULY, how)
    else:
        monkeypatch.setenv(how, "1")
        found = command(*JULY)
    assert arxiv.log == []
    assert (found.code, found.out) == (1, "")
    assert found.err.startswith("paperradar: the store holds no papers yet")
    assert found.err.count("\n") == 1
    assert not online.shortlists.exists()


@pytest.mark.usefixtures("online")
def test_only_the_days_that_are_wanted_are_fetched(arxiv: StandIn) -> None:
    found = command(*JULY, "--since", "2021-06-03", "--until", "2021-06-03", "--output", "-", "--format", "json")
    assert found.code == 0
    assert {row["identifier"] for row in json.loads(found.out)["rows"]} == {
        event.identifier for event in WORLD.listed(THU)
    }
    assert {hit.source for hit in arxiv.log} == {"api", "rss", "oai"}


@pytest.mark.usefixtures("online")
def test_arxiv_is_away_and_nothing_is_there(arxiv: StandIn) -> None:
    arxiv.use("throttled-for-ever")
    found = command(*JULY)
    assert (found.code, found.out) == (1, "")
    lines = found.err.splitlines()
    assert lines[1].startswith("warning: not all of the window could be fetched: http")
    assert "paperradar backfill goes on where it stopped" in lines[1]
    assert lines[2].startswith("paperradar: the store holds no papers yet")
    assert len(lines) == 3


@pytest.mark.usefixtures("online")
def test_arxiv_goes_away_and_what_is_there_is_ranked(arxiv: StandIn) -> None:
    rule = {"source": "api", "action": "status", "status": 503, "times": -1, "first": 7}
    arxiv.use(parse_scenario("test", {"rules": [rule]}))
    found = command(*JULY)
    assert found.code == 0
    assert "warning: not all of the window could be fetched: http" in found.err
    assert 0 < int(ranked(found).split()[0]) < 9
    assert "coverage: 3 of 3" not in found.out


@pytest.mark.usefixtures("online")
@pytest.mark.parametrize("month", ["2021-08", "2022-05"])
def test_a_window_that_has_not_begun_is_not_asked_for(arxiv: StandIn, month: str) -> None:
    found = command("shortlist", "--month", month)
    assert found.code == 1
    assert arxiv.log == []


def test_strict_writes_the_list_and_then_fails(gap: Workspace, arxiv: StandIn) -> None:
    found = command(*JULY, "--strict")
    assert found.code == 1
    assert MISSING in found.out
    assert found.err.endswith(
        f"paperradar: {MISSING}; the list was written all the same, paperradar audit --month 2021-07 says how to close"
        " the gaps\n"
    )
    assert (gap.shortlists / "2021-07.csv").read_bytes().startswith(b"\xef\xbb\xbfrank,")
    assert (gap.shortlists / "2021-07.html").exists()
    # Without it the same list comes with the same line, and that is all.
    calm_one = command(*JULY)
    assert (calm_one.code, calm_one.out) == (0, found.out)
    assert arxiv.log == []


@pytest.mark.usefixtures("gap")
def test_strict_with_a_list_for_stdout() -> None:
    found = command(*JULY, "--strict", "--output", "-")
    assert found.code == 1
    assert found.out.startswith("\ufeffrank,")
    assert found.err.splitlines()[-2] == MISSING
    assert found.err.splitlines()[-1].startswith(f"paperradar: {MISSING}; ")


@pytest.mark.usefixtures("gap")
def test_strict_is_content_with_days_that_are_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    assert command(*JULY, "--strict", "--until", "2021-06-01").code == 0
    monkeypatch.setenv("PAPERRADAR_CLOCK", dt.datetime(2021, 6, 1, 12, tzinfo=dt.UTC).isoformat())
    assert command(*JULY, "--strict").code == 0


def test_what_was_imported_is_not_known_to_have_gaps(workspace: Path) -> None:
    assert (workspace / "config").is_dir()
    assert command("shortlist", "--month", "2022-05", "--strict").code == 0


def test_it_says_what_reading_buys(workspace: Path) -> None:
    place = read_workspace(workspace)
    ranks = {f"2203.{n:05}": 50 if n < 8 else 900 for n in range(20)}
    measured = {
        "settings": measured_settings(place.settings),
        "editions": {"2022-04": {"candidates": 1000, "ranks": ranks}},
    }
    card = {"latest": {"own": "2022-04"}, "measured": measured}
    shelf = TasteShelf(place.taste)
    taste = Taste((), dt.date(2022, 4, 5), encoder_card(place.settings.encoder).fingerprint, card)
    shelf.adopt(shelf.put(taste), at=dt.datetime(2022, 4, 6, tzinfo=dt.UTC), comparison={})
    line = (
        "Reading the first 100 rows finds about 4 of 10 picks (2 to 6), the first 500 about 4 (2 to 6);"
        " measured on 20 picks of 1 edition (2022-04)"
    )
    assert run("--month", "2022-05").stdout.splitlines()[-3] == line
    assert line in run("--month", "2022-05", "--output", "-").stderr
