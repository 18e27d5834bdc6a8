"""``python -m tests.standin``: serve a world until Ctrl-C, for trying things by hand."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from paperradar.calendar import Window, announcement_days
from tests.standin.scenarios import scenario_names
from tests.standin.server import StandIn
from tests.standin.world import World


def main(arguments: Sequence[str] | None = None, stop: threading.Event | None = None) -> None:
    """Print the addresses as a ``[fetch.urls]`` table and serve until ``stop`` is set or Ctrl-C is pressed."""
    options = _parser().parse_args(arguments)
    stop = stop or threading.Event()
    with (
        contextlib.suppress(KeyboardInterrupt),
        StandIn(_world(options), now=options.now, scenario=options.scenario, port=options.port) as standin,
    ):
        print("[fetch.urls]", *(f'{name} = "{url}"' for name, url in standin.urls.items()), sep="\n", flush=True)
        stop.wait()


def _world(options: argparse.Namespace) -> World:
    if options.made:
        return World.made(list(announcement_days(Window(options.first, options.last))))
    return World.from_files(options.snapshot, options.log, options.first, options.last)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description="A stand-in for arXiv on loopback.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--made", action="store_true", help="an invented world")
    what.add_argument("--log", type=Path, help="announcements, JSON lines")
    parser.add_argument("--snapshot", type=Path, action="append", default=[], help="metadata snapshot; may be repeated")
    parser.add_argument("--first", type=dt.date.fromisoformat, required=True, help="first day of the world")
    parser.add_argument("--last", type=dt.date.fromisoformat, required=True, help="last day of the world")
    parser.add_argument("--now", type=_time, required=True, help="its time, such as 2021-06-14T04:30:00-04:00")
    parser.add_argument("--scenario", choices=scenario_names(), help="how it misbehaves")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    return parser


def _time(text: str) -> dt.datetime:
    time = dt.datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} lacks its offset; write it as 2021-06-14T04:30:00-04:00")
    return time


if __name__ == "__main__":
    main(sys.argv[1:])
