"""An issue as Markdown or HTML, by templates that users may change.

A file ``issue.md.j2``, ``issue.html.j2`` or ``issue.css`` in the workspace's folder of templates takes the place of the
one that ships. Templates run in Jinja's sandbox and see the issue's values only. Whatever they print is escaped, for
Markdown as well, and a mistake in one is one line that names the file and the line.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from paperradar.errors import SettingsError
from paperradar.papers.links import is_web_address
from paperradar.publishing import plots
from paperradar.publishing.issue_plots import Plot
from paperradar.publishing.issue_values import Issue
from paperradar.publishing.markdown import markdown, markdown_image, markdown_link
from paperradar.publishing.page import asset, policy

TEMPLATES = ("issue.md.j2", "issue.html.j2", "issue.css")
_SHIPPED = files("paperradar.publishing") / "templates" / "issue"
# What a template can raise beside Jinja's own errors: it may add a text to a number, or index what is empty.
_MISTAKES = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)
_NAMES = 12
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")

Source = tuple[str, str, Callable[[], bool]]


def render_markdown(issue: Issue, templates: Path) -> bytes:
    """The issue as Markdown, UTF-8; its plots are files in the folder named like the edition, beside it.

    ``templates``: the user's folder, which need not be there. Raises SettingsError for a mistake in a template.
    """
    made = _environment(templates, finalize=_printed)
    made.filters |= {
        "link": markdown_link,
        "plot": lambda plot: markdown_image(f"{plot.title}. {plot.note}", plot_file(issue.edition, plot)),
        # Jinja's own would make HTML of a text, which then passes for Markdown.
        "e": markdown,
        "escape": markdown,
    }
    text = _render(made, "issue.md.j2", {"issue": issue})
    # Conditions leave empty lines behind.
    return (_EMPTY_LINES.sub("\n\n", text).strip() + "\n").encode()


def render_html(issue: Issue, templates: Path) -> bytes:
    """The issue as a page that needs nothing else, UTF-8, its plots in it. As `render_markdown`."""
    made = _environment(templates)
    made.filters |= {"link": _html_link, "plot": lambda plot: Markup(draw(plot))}  # our own elements
    style = Markup("").join((asset("page.css"), _style(templates)))
    return _render(made, "issue.html.j2", {"issue": issue, "style": style, "policy": policy(style=style)}).encode()


def draw(plot: Plot) -> str:
    """A plot as one SVG element."""
    if plot.kind == "lines":
        return plots.lines(plot.title, plot.labels, plot.series, description=plot.note)
    return plots.bars(plot.title, plot.labels, plot.series, description=plot.note, horizontal=True)


def plot_file(edition: str, plot: Plot) -> str:
    """Where a plot's file lies, relative to the Markdown."""
    return f"{edition}/{plot.name}.svg"


def shipped_template(name: str) -> str:
    """The text of a template that ships, by one of the names in TEMPLATES."""
    return (_SHIPPED / name).read_text(encoding="utf-8")


def _environment(templates: Path, finalize: Callable[[Any], Any] | None = None) -> SandboxedEnvironment:
    made = SandboxedEnvironment(
        loader=FunctionLoader(lambda name: _source(templates, name)),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        finalize=finalize,
    )
    filters: Mapping[str, Callable[..., Any]] = {"names": _names, "number": _number, "rows": _rows}
    made.filters |= filters
    return made


def _source(templates: Path, name: str) -> Source | None:
    """The user's file of this name, else ours. A user may have more files, to include them."""
    path = templates / name
    if Path(name).name == name and path.is_file():
        return _read(path), str(path), lambda: True
    if name in TEMPLATES:
        return shipped_template(name), f"the shipped {name}", lambda: True
    return None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error


def _render(made: SandboxedEnvironment, name: str, values: Mapping[str, Any]) -> str:
    try:
        return made.get_template(name).render(values)
    except _MISTAKES as error:
        raise SettingsError(f"{_where(error, name)}: {_what(error)}; mend it, or move it away to use ours") from error


def _where(error: Exception, name: str) -> str:
    """``config/templates/issue.md.j2:12``. Jinja puts the template's own lines into a traceback."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name or name}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}:{frame.lineno}" for frame in frames if not frame.filename.endswith((".py", ".pyx"))]
    return lines[-1] if lines else name


def _what(error: Exception) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, TemplateNotFound):
        return f"there is no template {text!r} in that folder"
    return text if isinstance(error, TemplateError) else f"{type(error).__name__}: {text}"


def _style(templates: Path) -> Markup:
    path = templates / "issue.css"
    text = _read(path) if path.is_file() else shipped_template("issue.css")
    if "</" in text or "<!--" in text:
        raise SettingsError(f"{path}: holds </ or <!--, which would end the style in the page; take it out")
    return Markup("\n" + text)  # checked above


def _printed(value: Any) -> Any:
    """What an expression of a Markdown template prints: escaped, unless it is Markdown already."""
    return value if isinstance(value, int) else markdown(value)


def _html_link(text: object, address: str) -> Markup:
    if not is_web_address(address):
        return escape(text)
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(address, text)


def _names(authors: tuple[str, ...], most: int = _NAMES) -> str:
    """``A``, ``A and B``, ``A, B and C``; beyond the most ``A, B and 7 others``, never one other alone."""
    if len(authors) > most + 1:
        return f"{', '.join(authors[:most])} and {len(authors) - most} others"
    return " and ".join(filter(None, (", ".join(authors[:-1]), *authors[-1:])))


def _rows(plot: Plot) -> tuple[tuple[str, ...], ...]:
    return plots.numbers(plot.labels, plot.series)


def _number(value: float) -> str:
    return f"{value:,}"
