"""Drafting the issue of an edition: what was chosen, the votes, the news and the desk's facts become one value.

Reads the edition's bundle, the decisions log and files that people keep; never the papers' database.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from paperradar.calendar import parse_edition
from paperradar.decisions import Place
from paperradar.errors import NotFoundError
from paperradar.files import write_atomically
from paperradar.papers import abs_url, is_identifier
from paperradar.pipeline.desk_facts import DeskFacts, load_desk_facts
from paperradar.pipeline.editions import EditionView, view_edition
from paperradar.publishing.issue import Chosen, Voting, issue_of
from paperradar.publishing.issue_files import IssueFormat, WrittenIssue, render_issue, write_issue
from paperradar.publishing.issue_plots import Trend
from paperradar.publishing.issue_templates import TEMPLATES, shipped_template
from paperradar.publishing.issue_values import Issue
from paperradar.publishing.news import read_news
from paperradar.workspace import Workspace

NEWS_FOLDER = Path("config", "news")
TEMPLATES_FOLDER = Path("config", "templates")
_BLIND = "Authors are left out: the edition is voted on without them."


@dataclass(frozen=True, slots=True)
class CopiedTemplates:
    """Which templates were copied into a workspace, and which were there already."""

    copied: tuple[Path, ...]
    kept: tuple[Path, ...]


def draft_issue(workspace: Workspace, edition: str) -> Issue:
    """The issue as it was decided, or as it is composed so far.

    Raises UsageError for a wrong name, NotFoundError without a list or where nothing is chosen, SettingsError for news
    that cannot be read.
    """
    edition = parse_edition(edition)
    view = view_edition(workspace, edition)
    if not view.issue:
        raise NotFoundError(
            f"nothing is chosen for edition {edition}; compose the ten at the desk (paperradar desk), or with:"
            f" paperradar edition place {edition} --from-votes"
        )
    notes = [*view.notes, *([_BLIND] if view.blind else [])]
    return issue_of(
        view.bundle,
        [_chosen(view, place) for place in view.issue],
        state=view.state,
        decided=view.decided is not None,
        title=workspace.settings.publishing.title,
        voting=_voting(view),
        news=read_news(news_file(workspace, edition)),
        trend=_trend(load_desk_facts(workspace, edition), edition),
        notes=notes,
    )


def write_draft(
    workspace: Workspace, issue: Issue, kinds: tuple[IssueFormat, ...], folder: Path | None = None
) -> WrittenIssue:
    """Write the draft's files into a folder, by default the workspace's issues. Raises what `write_issue` raises."""
    return write_issue(folder or workspace.issues, issue, kinds, templates_folder(workspace))


def draft_text(workspace: Workspace, issue: Issue, kind: IssueFormat) -> bytes:
    """The draft alone, UTF-8; nothing is written. Raises SettingsError for a mistake in a template."""
    return render_issue(issue, kind, templates_folder(workspace))


def copy_templates(workspace: Workspace) -> CopiedTemplates:
    """Copy the templates that ship to where users change them. What is there already stays as it is."""
    folder = templates_folder(workspace)
    copied, kept = [], []
    for name in TEMPLATES:
        if (path := folder / name).exists():
            kept.append(path)
        else:
            write_atomically(path, shipped_template(name).encode())
            copied.append(path)
    return CopiedTemplates(tuple(copied), tuple(kept))


def news_file(workspace: Workspace, edition: str) -> Path:
    """Where people list the news of an edition."""
    return workspace.root / NEWS_FOLDER / f"{edition}.toml"


def templates_folder(workspace: Workspace) -> Path:
    """Where people keep templates of their own; it need not be there."""
    return workspace.root / TEMPLATES_FOLDER


def _chosen(view: EditionView, place: Place) -> Chosen:
    card = view.cards.get(place.identifier)
    if card is None:  # taken out in another copy of the log, after the decision
        return Chosen(place, "", (), abs_url(place.identifier) if is_identifier(place.identifier) else "")
    row = card.row
    if row and view.blind:
        row = {**row, "story": [{**member, "authors": []} for member in row["story"]]}
    return Chosen(
        place=place,
        title=card.title,
        authors=() if view.blind else card.authors,
        url=card.url,
        row=row,
        source=card.added.source if card.added and not view.blind else "",
        ballots=card.ballots,
    )


def _voting(view: EditionView) -> Voting:
    cards = view.cards.values()
    voters = {curator for card in cards for curator, ballot in card.ballots.items() if ballot.vote}
    return Voting(
        curators=tuple(sorted(voters)),
        votes=sum(card.tally.total() for card in cards),
        picked=sum(card.approvals > 0 for card in cards),
        added=sum(card.added is not None for card in cards),
    )


def _trend(facts: DeskFacts | None, edition: str) -> Trend | None:
    """Months until the edition's own; None where no month is known."""
    months = [month for month in facts.months if month.month <= edition] if facts else []
    if facts is None or not months:
        return None
    return Trend(
        months=tuple(month.month for month in months),
        papers=tuple(month.papers if month.whole else None for month in months),
        topics={name: tuple(month.topic_share(slug) for month in months) for slug, name in facts.topics.items()},
    )
