"""Write ``docs/cli/``: one page a command, made of its ``--help`` text and of its subcommands'.

``make docs`` runs it; with ``--check`` it writes nothing and exits with 1 where a page is not current (a test does).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from paperradar.cli.app import app

FOLDER = Path(__file__).parent / "cli"
NAME = "paperradar"
HEAD = "<!-- Made from the --help texts: change those, then run `make docs`. -->\n"


def help_text(words: tuple[str, ...]) -> str:
    """What ``paperradar WORDS --help`` prints; the runner makes it 80 columns wide on every machine."""
    result = CliRunner().invoke(app, [*words, "--help"], prog_name=NAME, color=False)
    if result.exit_code != 0:
        raise SystemExit(f"{' '.join((NAME, *words))} --help failed: {result.output}")
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())


def section(words: tuple[str, ...], level: int) -> str:
    """A heading and the help text in a code block."""
    return f"{'#' * level} {' '.join((NAME, *words))}\n\n```text\n{help_text(words)}\n```\n"


def sections(command: Any, words: tuple[str, ...], level: int) -> Iterator[str]:
    """The command's own section, then those of its subcommands, in the order in which help lists them."""
    yield section(words, level)
    for name, child in getattr(command, "commands", {}).items():
        yield from sections(child, (*words, name), level + 1)


def pages() -> dict[str, str]:
    """File name to text. ``README.md`` is the root's page and the list of the others."""
    # A root with a single command collapses into it; a group is asked for, so that the pages keep their shape.
    root: Any = typer.main.get_group(app)
    made = {
        f"{name}.md": HEAD + "\n" + "\n".join(sections(command, (name,), 1)) for name, command in root.commands.items()
    }
    links = "\n".join(f"- [{NAME} {name.removesuffix('.md')}]({name})" for name in made)
    made["README.md"] = f"{HEAD}\n{section((), 1)}\n{links}\n"
    return made


def stale(folder: Path, wanted: dict[str, str]) -> list[str]:
    """What is missing, different or left over, by file name."""
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def main() -> None:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a page is not current")
    parser.add_argument("--into", type=Path, default=FOLDER, metavar="DIR", help="the folder of the pages")
    arguments = parser.parse_args()
    wanted = pages()
    different = stale(arguments.into, wanted)
    if arguments.check:
        if different:
            sys.exit(f"docs/cli is not current ({', '.join(different)}): run make docs")
        return
    arguments.into.mkdir(parents=True, exist_ok=True)
    for name in different:
        if name in wanted:
            (arguments.into / name).write_text(wanted[name], encoding="utf-8", newline="\n")
        else:
            (arguments.into / name).unlink()
    print(f"{len(wanted)} pages, {len(different)} changed")


if __name__ == "__main__":
    main()
