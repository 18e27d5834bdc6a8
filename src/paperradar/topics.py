"""Topic profiles: one file ``config/topics/<slug>.toml`` each."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from paperradar.errors import InputError, NotFoundError, SettingsError, UsageError
from paperradar.papers import parse_identifier, text_hash
from paperradar.tomlfiles import Category, Table, read_table

# The lanes that every shortlist has (see paperradar.ranking.lanes); no profile can have such a name.
DATASETS, WILDCARD, RESURFACED = "datasets-benchmarks", "wildcard", "resurfaced"

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _identifier(text: str) -> str:
    try:
        return parse_identifier(text)[0]
    except InputError as error:
        raise ValueError(str(error)) from error


def _not_empty(text: str) -> str:
    folded = " ".join(text.split())
    if not folded:
        raise ValueError("expected a text that is not empty")
    return folded


def _words(text: str) -> str:
    if not any(character.isalnum() for character in text):
        raise ValueError("expected a phrase with at least one letter or digit")
    return " ".join(text.split())


Identifier = Annotated[str, AfterValidator(_identifier)]
Text = Annotated[str, AfterValidator(_not_empty)]
Phrase = Annotated[str, AfterValidator(_words)]


class SeedPaper(Table):
    """A paper that is a good example of the topic. The title is what encoders see."""

    identifier: Identifier
    title: Text


class TopicFile(Table):
    """What a profile's file may say.

    ``name`` is for people; without it the slug's words are used. ``description`` is a query text. ``include``
    and ``exclude`` are phrases, matched whole and without regard to case. ``categories`` are those in which the
    topic is at home. ``weight`` scales the profile's part of a score. ``floor`` is how many rows of the lane the
    top of a shortlist holds at least (None: the setting ``ranking.lanes.floor``). ``threshold`` is the match from
    which a paper is in the lane (thousandths).
    """

    name: str = ""
    description: Text
    seeds: tuple[SeedPaper, ...] = ()
    include: tuple[Phrase, ...] = ()
    exclude: tuple[Phrase, ...] = ()
    categories: tuple[Category, ...] = ()
    weight: Annotated[float, Field(ge=0, le=10)] = 1.0
    floor: Annotated[int, Field(ge=0, le=100)] | None = None
    threshold: Annotated[int, Field(ge=0, le=2000)] = 450

    @model_validator(mode="after")
    def _says_nothing_twice(self) -> TopicFile:
        if twice := _first_repeated([seed.identifier for seed in self.seeds]):
            raise ValueError(f"seeds: {twice} is there twice; keep one")
        phrases = [phrase.casefold() for phrase in (*self.include, *self.exclude)]
        if twice := _first_repeated(phrases):
            raise ValueError(f"include, exclude: the phrase {twice!r} is there twice; keep one")
        return self


class TopicProfile(TopicFile):
    """What a topic is: a profile's file, and the slug from the file's name."""

    slug: str


def load_topics(folder: Path) -> tuple[TopicProfile, ...]:
    """Read every ``*.toml`` of a folder, sorted by slug; a missing folder holds none.

    Raises SettingsError. It tells of every wrong file, so that one doesn't hide another.
    """
    profiles, mistakes = [], []
    for path in sorted(folder.glob("*.toml")):
        if path.name.startswith("."):
            continue
        try:
            profiles.append(_load_topic(path))
        except SettingsError as error:
            mistakes.append(str(error))
    if mistakes:
        raise SettingsError("; ".join(mistakes))
    return tuple(sorted(profiles, key=lambda profile: profile.slug))


def _load_topic(path: Path) -> TopicProfile:
    try:
        slug = check_slug(path.stem)
    except UsageError as error:
        raise SettingsError(f"{path}: {error}") from error
    said = read_table(path, TopicFile)
    name = " ".join(said.name.split()) or slug.replace("-", " ").capitalize()
    # By attribute and not by model_dump, so that seeds stay values.
    keys = {key: getattr(said, key) for key in TopicFile.model_fields}
    return TopicProfile(**{**keys, "slug": slug, "name": name})


def find_topic(profiles: Sequence[TopicProfile], slug: str) -> TopicProfile:
    """The profile of this slug. Raises NotFoundError, naming those there are."""
    for profile in profiles:
        if profile.slug == slug:
            return profile
    names = ", ".join(profile.slug for profile in profiles) or "none"
    raise NotFoundError(f"there is no topic profile {slug!r}; there are: {names}")


def check_slug(text: str) -> str:
    """Return a slug unchanged.

    Raises UsageError for anything but lower-case words joined by hyphens, and for the name of another lane.
    """
    if _SLUG.fullmatch(text) is None:
        raise UsageError(
            f"{text!r} cannot name a topic; use lower-case words joined by hyphens, such as dense-retrieval"
        )
    if text in (DATASETS, WILDCARD, RESURFACED):
        raise UsageError(f"{text!r} is a lane that every shortlist has; choose another name for the topic")
    return text


def profile_hash(profile: TopicProfile) -> str:
    """32 hex digits that change when anything in the profile does."""
    return text_hash(json.dumps(profile.model_dump(mode="json"), sort_keys=True, ensure_ascii=False))


def new_topic_text(slug: str) -> str:
    """A commented file for a new profile; it can be used as it is and gets better with each line filled in.

    Raises UsageError for a bad slug.
    """
    words = check_slug(slug).replace("-", " ")
    return f'''# Topic profile {slug}. The file's name is its slug. See docs/configuration.md.
# After a change: paperradar topics check {slug}

name = "{words.capitalize()}"

# What the topic is, in two to four plain sentences. Papers are compared with their meaning, so use the words that
# abstracts use, and say what belongs to the topic rather than what does not.
description = """
Papers about {words}.
"""

# Phrases that show that a paper belongs here, or that it doesn't. They are matched whole; case, hyphens and a plural
# s make no difference. Specific ones help, common words don't.
include = []
exclude = []

# Categories in which the topic is at home.
categories = []

# How much the profile counts against the others, and from which match (thousandths) a paper is in its lane.
weight = 1.0
threshold = {TopicFile.model_fields["threshold"].default}

# How many rows of this lane the top of a shortlist holds at least. Left out: the setting ranking.lanes.floor.
# floor = 5

# Papers that are good examples, six to ten of them; the title is what they are compared by.
# [[seeds]]
# identifier = "2004.04906"
# title = "Dense Passage Retrieval for Open-Domain Question Answering"
'''


def _first_repeated(texts: Sequence[str]) -> str:
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            return text
        seen.add(text)
    return ""
