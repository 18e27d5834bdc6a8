"""A workspace: a folder with ``config/`` and ``data/``. Where it is, and where things lie in it.

Knows no contents. The environment and the present folder are passed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paperradar.bundled import bundled_root
from paperradar.errors import WorkspaceError
from paperradar.files import write_atomically
from paperradar.settings import PathSettings, Settings, load_settings
from paperradar.topics import TopicProfile, load_topics

SETTINGS_FILE = Path("config", "paperradar.toml")
TOPICS_FOLDER = Path("config", "topics")
CHANNELS_FILE = Path("config", "channels.toml")
WORKSPACE_VARIABLE = "PAPERRADAR_WORKSPACE"
SAMPLE_VARIABLE = "PAPERRADAR_SAMPLE_DIR"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace that was read. ``root`` is absolute, and so are all places below."""

    root: Path
    settings: Settings
    topics: tuple[TopicProfile, ...]

    @property
    def database(self) -> Path:
        """The papers' database, a file."""
        return self._place(self.settings.paths.database)

    @property
    def decisions(self) -> Path:
        """The folder of the decisions log."""
        return self._place(self.settings.paths.decisions)

    @property
    def editions(self) -> Path:
        """The folder with what earlier editions picked."""
        return self._place(self.settings.paths.editions)

    @property
    def shortlists(self) -> Path:
        """The folder that shortlists are written to."""
        return self._place(self.settings.paths.shortlists)

    @property
    def issues(self) -> Path:
        """The folder that drafts of issues are written to."""
        return self._place(self.settings.paths.issues)

    @property
    def taste(self) -> Path:
        """The folder of what was learnt from picks."""
        return self._place(self.settings.paths.taste)

    @property
    def raw(self) -> Path:
        """The folder that holds what arXiv answered, as it came."""
        return self._place(self.settings.paths.raw)

    @property
    def cache(self) -> Path:
        """The folder of what is kept only to save time; it may be deleted whenever nothing runs."""
        return self._place(self.settings.paths.cache)

    @property
    def desk(self) -> Path:
        """The folder of what the desk remembers that is no decision: what a curator has read, say."""
        return self._place(self.settings.paths.desk)

    @property
    def feeds(self) -> Path:
        """The folder of feeds, and of what is known of sent digests."""
        return self._place(self.settings.paths.feeds)

    @property
    def channels(self) -> Path:
        """The file of the channels that digests go to; it need not be there."""
        return self.root / CHANNELS_FILE

    def _place(self, path: Path) -> Path:
        return self.root / path.expanduser()


def find_workspace(explicit: Path | None, environ: Mapping[str, str], start: Path) -> Workspace:
    """Find and read a workspace (see `find_root`). Raises WorkspaceError or SettingsError."""
    return read_workspace(find_root(explicit, environ, start))


def find_root(explicit: Path | None, environ: Mapping[str, str], start: Path) -> Path:
    """The root: ``explicit``, else PAPERRADAR_WORKSPACE, else the nearest folder from ``start`` upwards.

    A folder is a workspace where it holds ``config/paperradar.toml``. Raises WorkspaceError.
    """
    if explicit is not None:
        return _checked(start, explicit, "--workspace")
    if named := environ.get(WORKSPACE_VARIABLE):
        return _checked(start, Path(named), WORKSPACE_VARIABLE)
    beginning = start.absolute()
    for folder in (beginning, *beginning.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise WorkspaceError(
        f"there is no workspace in {start} or above it; make one with: paperradar init DIR,"
        f" or name one with --workspace or {WORKSPACE_VARIABLE}"
    )


def read_workspace(root: Path) -> Workspace:
    """Read the settings and the topic profiles below a root. Raises SettingsError."""
    settings = load_settings(root / SETTINGS_FILE)
    return Workspace(root.absolute(), settings, load_topics(root / TOPICS_FOLDER))


def init_workspace(directory: Path) -> list[Path]:
    """Make a workspace: the commented settings, the topic profiles that ship, an empty ``data/``.

    Returns the files that were written; a file that is there already stays as it is. Raises WorkspaceError.
    """
    source = bundled_root()
    wanted = [SETTINGS_FILE, *(TOPICS_FOLDER / path.name for path in sorted((source / TOPICS_FOLDER).glob("*.toml")))]
    written = []
    try:
        (directory / "data").mkdir(parents=True, exist_ok=True)
        for name in wanted:
            if not (directory / name).exists():
                write_atomically(directory / name, (source / name).read_bytes())
                written.append(directory / name)
    except OSError as error:
        reason = f"{error.strerror or error} ({error.filename or directory})"
        raise WorkspaceError(f"{directory} cannot become a workspace: {reason}; choose another folder") from error
    return written


def sample_workspace(environ: Mapping[str, str]) -> Workspace:
    """The workspace of ``--sample``: settings, profiles and editions that ship, and a folder of its own for the rest.

    The folder is PAPERRADAR_SAMPLE_DIR, else ``paperradar/sample`` in the user's cache. It is not made here.
    """
    source = bundled_root()
    paths = PathSettings(
        database=Path("paperradar.duckdb"),
        decisions=Path("decisions"),
        editions=source / "data" / "editions",
        shortlists=Path("shortlists"),
        issues=Path("issues"),
        taste=Path("taste"),
        raw=Path("raw"),
        cache=Path("cache"),
        desk=Path("desk"),
        feeds=Path("feeds"),
    )
    settings = load_settings(source / SETTINGS_FILE).model_copy(update={"paths": paths})
    return Workspace(_sample_root(environ), settings, load_topics(source / TOPICS_FOLDER))


def _sample_root(environ: Mapping[str, str]) -> Path:
    if named := environ.get(SAMPLE_VARIABLE):
        return Path(named).expanduser().absolute()
    # The XDG base directory specification says to ignore a relative path here.
    cache = Path(environ.get("XDG_CACHE_HOME", ""))
    if not cache.is_absolute():
        cache = Path(environ.get("HOME") or Path.home()) / ".cache"
    return cache / "paperradar" / "sample"


def _checked(start: Path, folder: Path, named_by: str) -> Path:
    root = (start / folder.expanduser()).absolute()
    if (root / SETTINGS_FILE).is_file():
        return root
    raise WorkspaceError(
        f"{named_by}: {folder} is not a workspace, {SETTINGS_FILE.as_posix()} is missing;"
        f" make it one with: paperradar init {folder}"
    )
