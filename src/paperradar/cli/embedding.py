"""``paperradar embed``."""

from __future__ import annotations

from paperradar.cli.common import JsonOption, WorkspaceOption, note, open_workspace, print_json


def embed(as_json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """Encode the papers that have no vector yet.

    Gives every title and abstract in the store a vector and lexical features. Can be stopped at any time and run
    again: it goes on where it was. A shortlist does the same for the papers of its window.
    """
    from paperradar.pipeline.embedding import embed as fill
    from paperradar.pipeline.opening import NO_PAPERS, open_store
    from paperradar.progress import progress

    place = open_workspace(workspace)
    store = open_store(place)
    report = fill(store, place.settings.encoder, progress=progress)
    if as_json:
        print_json(report.as_dict())
        return
    print(
        f"{report.texts:,} texts: {report.encoded:,} encoded, {report.already:,} had a vector;"
        f" {report.tokenised:,} got lexical features; {report.seconds:.1f} s"
    )
    if not report.texts:
        note(NO_PAPERS)
