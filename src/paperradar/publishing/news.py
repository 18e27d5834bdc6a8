"""News of the month, as people list them in ``config/news/2022-05.toml``: one table ``[[news]]`` each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from paperradar.papers import clean_text
from paperradar.papers.links import is_web_address
from paperradar.tomlfiles import Table, read_table


def _said(text: str) -> str:
    if not (cleaned := clean_text(text)):
        raise ValueError("expected a text that is not empty")
    return cleaned


def _web_address(text: str) -> str:
    if text and not is_web_address(text):
        raise ValueError("expected an address that begins with https:// or http://")
    return text


class NewsItem(Table):
    """One piece of news: what happened, where to read of it, and whose page that is. Only ``text`` is needed."""

    text: Annotated[str, Field(description="a text"), AfterValidator(_said)]
    link: Annotated[str, Field(description="a web address"), AfterValidator(_web_address)] = ""
    source: Annotated[str, AfterValidator(clean_text)] = ""


class NewsFile(Table):
    """What a file of news may say, in the order in which it is printed."""

    news: tuple[NewsItem, ...] = ()


def read_news(path: Path) -> tuple[NewsItem, ...]:
    """The news of a file; none where there is no such file. Raises SettingsError, naming file, key and remedy."""
    return read_table(path, NewsFile).news if path.exists() else ()
