"""Taking back the last thing that a curator did to an edition: a vote, or a step of composing the issue."""

from __future__ import annotations

from paperradar.clock import Clock
from paperradar.decisions import DecisionLog, curator_name, last_cast
from paperradar.errors import NotFoundError, UsageError
from paperradar.pipeline.curating import open_log
from paperradar.workspace import Workspace


def undo_last_vote(workspace: Workspace, edition: str, curator: str, *, clock: Clock) -> str:
    """Undo the last ballot that a curator cast by hand (not by a file), and that still counts.

    What stood before it stands again; called again, the ballot before it is undone. Returns the identifier of its
    paper. Raises NotFoundError where there is no such ballot, UsageError where the edition is decided.
    """
    last = last_cast(open_log(workspace, edition).entries(), curator)
    if last is None:
        raise NotFoundError(f"there is no vote of {curator_name(curator) or 'nobody'} to undo")
    DecisionLog(workspace.decisions, workspace.settings.edition).undo(last.id, at=clock(), by=curator_name(curator))
    return last.identifier


def undo_last_step(workspace: Workspace, edition: str, curator: str, *, clock: Clock) -> tuple[str, ...]:
    """Undo what a curator last changed in the issue as it is composed, with everything that moved by it.

    Called again, the step before it is undone. Returns the identifiers that were moved. Raises NotFoundError where
    there is no such step, UsageError where somebody has moved these papers since (undone in the middle, ranks would
    be there twice) or the edition is decided.
    """
    replay = open_log(workspace, edition).replay()
    step = replay.last_step(curator)
    if not step:
        raise NotFoundError(f"{curator_name(curator) or 'nobody'} changed nothing in the issue that could be undone")
    if not replay.stands(step):
        raise UsageError(
            "somebody has moved these papers since; put them where they belong by hand:"
            f" paperradar edition place {edition} ID --rank N"
        )
    DecisionLog(workspace.decisions, workspace.settings.edition).undo_all(
        edition, [entry.id for entry in step], at=clock(), by=curator_name(curator)
    )
    return tuple(entry.identifier for entry in step)
