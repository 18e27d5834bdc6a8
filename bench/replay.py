"""Ten announcement days of June 2021 through the daily flow, on a real temporary Prefect server, against the stand-in.

    .venv/bin/python bench/replay.py                # the ten days, a second pass, a day skipped and repaired
    .venv/bin/python bench/replay.py --troubles     # and the last day once more under each trouble scenario

Needs ../shared (see --shared). Prints a line for each pass: how many days are complete, whether announcements and
papers equal the log, how many requests were made and how long it took. Exit status 1 where one is not as it should be.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

FIRST, LAST = dt.date(2021, 6, 7), dt.date(2021, 6, 18)
FEEDS = ("cs.CL", "cs.CV", "cs.LG", "cs.IR", "cs.MM")
# Sources of trouble that no rerun can mend, because made-up papers come with it.
LEFT_OUT = ("full-feed",)
# Only asking again finds what the feed lacked: nothing else names replacements and late crosses.
ASK_AGAIN = ("broken-item", "cut-feed", "short-feed")


def main() -> int:
    """Run the passes; the number of those that went wrong is told by the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder with data/")
    parser.add_argument("--troubles", action="store_true", help="also under each trouble scenario")
    parser.add_argument("--only", action="append", default=[], help="only this scenario; may be repeated")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_LOGGING_LEVEL": "CRITICAL",
            "DO_NOT_TRACK": "1",
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        from prefect.testing.utilities import prefect_test_harness

        started = time.monotonic()
        with prefect_test_harness(server_startup_timeout=180):
            print(f"a Prefect server after {time.monotonic() - started:.0f} s")
            return Replay(options.shared, folder).run(options.troubles, options.only)


class Replay:
    """The passes, in a folder of their own."""

    def __init__(self, shared: Path, folder: Path) -> None:
        from tests.standin import World

        from paperradar.calendar import Window, announcement_days

        data = shared / "data"
        self.days = list(announcement_days(Window(FIRST, LAST)))
        self.world = World.from_files(
            [data / "snapshot" / "arxiv-2021-05_08.jsonl.gz"],
            data / "announcements-2021-05-22_2021-08-25.jsonl.gz",
            FIRST,
            LAST,
        )
        self.folder = folder
        self.wrong = 0

    def run(self, troubles: bool, only: list[str]) -> int:
        """All passes. Returns 1 where one went wrong."""
        place = self.folder / "first"
        print(f"{len(self.days)} days, {len(self.world.announcements(FIRST, LAST)):,} announcements")
        with self._standin(place) as standin:
            self._pass("ten days", standin, place, self.days[:-1])
            before_last = self.folder / "before-last"
            shutil.copytree(place, before_last)
            self._pass("the tenth", standin, place, self.days[-1:], checked=self.days)
            wanted = self._dump(place)
            self._pass("a second pass", standin, place, self.days)
            self._tell("nothing changed by it", self._dump(place) == wanted)
        self._skipped()
        if troubles or only:
            from tests.standin import scenario_names

            for name in only or sorted(set(scenario_names()) - set(LEFT_OUT)):
                self._troubled(name, before_last, wanted)
        print("all as it should be" if not self.wrong else f"{self.wrong} wrong")
        return 1 if self.wrong else 0

    def _skipped(self) -> None:
        """The fifth day is left out; the sixth day's run finds the gap; the API of the stand-in closes it."""
        from paperradar.clock import clock_from
        from paperradar.pipeline.repairing import gaps, repair
        from paperradar.workspace import read_workspace

        place = self.folder / "skipped"
        skipped, until = self.days[4], self.days[5]
        with self._standin(place) as standin:
            self._pass("four days", standin, place, self.days[:4])
            self._set(standin, place, until)
            workspace = read_workspace(place)
            clock = clock_from({}, workspace.settings.fetch.clock)
            found = gaps(workspace, FIRST, until, clock=clock)
            self._tell(f"the gap is seen: {', '.join(map(str, found))}", found == (skipped,))
            started = time.monotonic()
            reports = repair(workspace, found, clock=clock, source="api")
            after = f"repaired: {reports[0].before} -> {reports[0].after}, {time.monotonic() - started:.0f} s"
            self._tell(after, reports[0].after == "complete-by-submission")
            new = {item.identifier for item in self.world.announcements(skipped, skipped) if item.kind == "new"}
            from paperradar.pipeline.opening import open_store

            with open_store(workspace).reading() as session:
                there = {paper.paper.identifier for paper in session.papers(sorted(new))}
            self._tell(f"of the skipped day {len(there)} of {len(new)} new papers are there", there == new)
            self._tell("no gap is left", gaps(workspace, FIRST, until, clock=clock) == ())

    def _troubled(self, scenario: str, before_last: Path, wanted: object) -> None:
        place = self.folder / f"trouble-{scenario}"
        shutil.copytree(before_last, place)
        from tests.standin import StandIn

        with StandIn(self.world, now=_morning(LAST)) as elsewhere, self._standin(place, elsewhere.url) as standin:
            os.environ["XDG_CACHE_HOME"] = str(place / "cache-1")
            standin.use(scenario)
            started = time.monotonic()
            self._set(standin, place, LAST)
            first = self._flow(place)
            standin.use(None)
            os.environ["XDG_CACHE_HOME"] = str(place / "cache-2")
            again = self._flow(place)
            if scenario in ASK_AGAIN:
                from paperradar.clock import clock_from
                from paperradar.pipeline.fetching import fetch
                from paperradar.workspace import read_workspace

                workspace = read_workspace(place)
                clock = clock_from({}, workspace.settings.fetch.clock)
                fetch(workspace, day=LAST, clock=clock, again=True)
            said = f"{scenario}: {first}, then {again}, {len(standin.log)} requests, {time.monotonic() - started:.0f} s"
            polite = scenario == "trickle" or not standin.overlaps()
            self._tell(said, self._dump(place) == wanted and again == "Completed" and polite and not elsewhere.log)
        shutil.rmtree(place)

    def _pass(
        self, what: str, standin: object, place: Path, days: list[dt.date], checked: list[dt.date] | None = None
    ) -> None:
        from paperradar.pipeline.coverage_view import coverage_of_store
        from paperradar.workspace import read_workspace

        started, asked = time.monotonic(), len(standin.log)  # type: ignore[attr-defined]
        states = []
        for day in days:
            self._set(standin, place, day)
            states.append(self._flow(place))
        checked = checked or days
        workspace = read_workspace(place)
        line = coverage_of_store(workspace, checked[0], checked[-1], today=checked[-1]).line
        seconds, requests = time.monotonic() - started, len(standin.log) - asked  # type: ignore[attr-defined]
        print(f"{what}: {', '.join(sorted(set(states)))}; {line}; {requests} requests, {seconds:.0f} s")
        from paperradar.pipeline.opening import open_store

        with open_store(workspace).reading() as session:
            have = set(session.announcements(checked[0], checked[-1]))
            papers = session.count_papers()
        truth = self.world.announcements(checked[0], checked[-1])
        self._tell(f"{len(have):,} announcements equal the log's", have == truth)
        identifiers = {item.identifier for item in self.world.announcements(FIRST, checked[-1])}
        self._tell(f"{papers:,} papers, one for each identifier", papers == len(identifiers))

    def _flow(self, place: Path) -> str:
        from flows.daily import daily

        return str(daily(workspace=str(place), late_minutes=0, return_state=True).name)

    @contextmanager
    def _standin(self, place: Path, elsewhere: str = "") -> Iterator[object]:
        from tests.standin import StandIn

        with StandIn(self.world, now=_morning(FIRST), **({"elsewhere": elsewhere} if elsewhere else {})) as standin:
            yield standin

    def _set(self, standin: object, place: Path, day: dt.date) -> None:
        """What day it is, for the stand-in and for the workspace."""
        from tests.pipeline.fetched import workspace_for

        standin.now = _morning(day)  # type: ignore[attr-defined]
        # Few tokens: what is measured here is the way of the papers, not the encoder.
        workspace_for(
            standin,  # type: ignore[arg-type]
            place,
            categories=FEEDS,
            clock=_morning(day).isoformat(),
            encoder={"max_tokens": 16},
            page_size=1000,
            longest_seconds=5.0,
        )

    def _dump(self, place: Path) -> object:
        from tests.pipeline.fetched import dump

        from paperradar.workspace import read_workspace

        found = dump(read_workspace(place), FIRST, LAST)
        return found.papers, found.announcements

    def _tell(self, what: str, good: bool) -> None:
        self.wrong += not good
        print(f"  {'ok   ' if good else 'WRONG'} {what}", flush=True)


def _morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(8, 30), tzinfo=dt.UTC)


if __name__ == "__main__":
    sys.exit(main())
